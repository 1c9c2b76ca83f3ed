import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../../src/model/object.ts';
import type { Registry, RequestedChange } from '../../src/registry/registry.ts';
import type { Store } from '../../src/store/store.ts';
import { failure, openAnother, openCluster, registryOn } from './support/open-cluster.ts';
import type { Cluster } from './support/open-cluster.ts';

const tight = { serviceCIDR: '10.96.0.0/26', nodePortRange: [30_000, 30_039] } as const;
let cluster: Cluster, other: Store, servers: readonly Registry[];
beforeAll(async () => {
  cluster = await openCluster();
  other = await openAnother(cluster.databaseUrl);
  servers = [registryOn(cluster.store, tight), registryOn(other, tight)];
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

const nodePort = (name: string, port?: number): RequestedChange => ({ verb: 'create', kind: 'Service', input: { metadata: { name }, spec: { type: 'NodePort', ports: [{ port: 80, ...(port ? { nodePort: port } : {}) }] } } });
const commit = async (server: number, change: RequestedChange): Promise<Service> => {
  const { outcomes } = await servers[server % 2]!.commit([change], { actor: 'test' });
  return outcomes[0]?.object as unknown as Service;
};

describe('claims, of two servers at once', () => {
  it('that ask for the same port: one gets it, the others are told so', async () => {
    const results = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => commit(i, nodePort(`asked-${i}`, 30_007))));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = await failure(commit(0, nodePort('asked-again', 30_007)));
    expect(refused).toMatchObject({ code: 'INVALID', details: { fields: [{ path: 'spec.ports[0].nodePort', message: '30007: provided port is already allocated' }] } });
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'INVALID' });
  });

  it('are handed out to the last one, each once, and then refused', async () => {
    const services = await Promise.all(Array.from({ length: 39 }, (_, i) => commit(i, nodePort(`any-${i}`))));
    expect(new Set(services.map(({ spec }) => spec.ports[0]?.nodePort)).size).toBe(39);
    expect(new Set(services.map(({ spec }) => spec.clusterIP)).size).toBe(39);
    expect(await failure(commit(0, nodePort('too-many')))).toMatchObject({ code: 'INVALID', message: expect.stringContaining('no node port is free') as string });
  });

  it('give every new Node a range of its own', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, i) => commit(i, { verb: 'create', kind: 'Node', input: { metadata: { name: `node-${i}` } } })));
    await other.snapshotAtLeast(cluster.store.snapshot().revision);
    const ranges = other.snapshot().list('Node').map(({ spec }) => spec.podCIDR);
    expect(new Set(ranges).size).toBe(12);
    expect(other.snapshot().list('PodCIDRClaim').map(({ metadata }) => metadata.name).sort()).toEqual(ranges.map((range) => range?.replace('/', '-')).sort());
  });
});
