import { beforeEach, describe, expect, it } from 'vitest';
import { systemRandom } from '../../../src/lib/random.ts';
import type { Node, Pod, Service, ServiceInput, StoredObject, Toleration } from '../../../src/model/object.ts';
import { defaultTolerations } from '../../../src/registry/admission/default-tolerations.ts';
import { Staging } from '../../../src/registry/staging.ts';
import { defaultConfig, failure, newRegistry, paths } from './support/new-registry.ts';
import type { TestRegistry } from './support/new-registry.ts';

let cluster: TestRegistry;
beforeEach(async () => {
  cluster = await newRegistry();
});
const create = (name: string, spec: Partial<ServiceInput['spec']> = {}) =>
  cluster.do({ verb: 'create', kind: 'Service', input: { metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } } }) as Promise<unknown> as Promise<Service>;
const patch = (name: string, spec: object) => cluster.do({ verb: 'patch', kind: 'Service', target: { name }, patch: { spec } }) as Promise<unknown> as Promise<Service>;
const dnsAddress = '10.96.0.10';
const addresses = () => cluster.store.snapshot().list('ClusterIPClaim').map(({ metadata }) => metadata.name).filter((name) => name !== dnsAddress);
const ports = () => cluster.store.snapshot().list('NodePortClaim').map(({ metadata }) => metadata.name);

describe('cluster IPs', () => {
  it('are claimed in the change set of their Service, from the upper band; the first one is the API\'s', async () => {
    expect(cluster.store.snapshot().get('Service', 'default', 'kubernetes')?.spec.clusterIP).toBe('10.96.0.1');
    const service = await create('a');
    expect(Number(service.spec.clusterIP?.split('.')[2])).toBeGreaterThanOrEqual(1);
    const claim = cluster.store.snapshot().get('ClusterIPClaim', '', service.spec.clusterIP ?? '');
    expect(claim).toMatchObject({ spec: { claimedBy: { kind: 'Service', namespace: 'default', name: 'a', uid: service.metadata.uid } }, metadata: { ownerReferences: [{ kind: 'Service', uid: service.metadata.uid }], resourceVersion: service.metadata.resourceVersion } });
  });

  it('can be asked for, once', async () => {
    expect((await create('a', { clusterIP: '10.96.0.20' })).spec.clusterIPs).toEqual(['10.96.0.20']);
    expect(await failure(create('b', { clusterIP: '10.96.0.20' }))).toMatchObject({ code: 'INVALID', details: { fields: [{ path: 'spec.clusterIP', message: '10.96.0.20 is already allocated' }] } });
    expect(paths(await failure(create('b', { clusterIP: '10.97.0.20' })))).toEqual(['spec.clusterIP']);
    expect(paths(await failure(create('b', { clusterIP: '10.96.0.1' })))).toEqual(['spec.clusterIP']);
    expect(paths(await failure(create('b', { clusterIP: 'nonsense' })))).toEqual(['spec.clusterIP']);
  });

  it('keep the tenth one for the DNS, where the range has it', async () => {
    expect(cluster.store.snapshot().get('Service', 'kube-system', 'kube-dns')?.spec).toMatchObject({ clusterIP: dnsAddress, ports: [{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }] });
    expect(paths(await failure(create('b', { clusterIP: dnsAddress })))).toEqual(['spec.clusterIP']);
    cluster = await newRegistry({ serviceCIDR: '10.96.0.0/29' });
    expect(cluster.store.snapshot().list('Service').map(({ metadata }) => metadata.name)).toEqual(['kubernetes']);
  });

  it('stay for the Service\'s life, are not claimed by headless ones, and are free again after it', async () => {
    const { spec: { clusterIP }, metadata } = await create('a');
    const updated = await cluster.do({ verb: 'update', kind: 'Service', input: { metadata: { name: 'a', resourceVersion: metadata.resourceVersion }, spec: { ports: [{ port: 81 }] } } });
    expect(updated).toMatchObject({ spec: { clusterIP, ports: [{ port: 81 }] } });
    expect(paths(await failure(patch('a', { clusterIP: '10.96.0.77', clusterIPs: null })))).toEqual(['spec.clusterIP']);
    expect((await create('headless', { clusterIP: 'None' })).spec.clusterIP).toBe('None');
    expect(addresses()).toEqual(['10.96.0.1', clusterIP].sort());
    await cluster.do({ verb: 'delete', kind: 'Service', target: { name: 'a' } });
    expect(addresses()).toEqual(['10.96.0.1']);
    expect(cluster.store.sets.at(-1)?.writes.map(({ type }) => type)).toEqual(['delete', 'delete']);
  });

  it('go when the Service becomes a name, and come when it is one no more', async () => {
    await create('a');
    const named = await patch('a', { type: 'ExternalName', externalName: 'db.example.com' });
    expect(named.spec).not.toHaveProperty('clusterIP');
    expect(addresses()).toEqual(['10.96.0.1']);
    expect((await patch('a', { type: 'ClusterIP' })).spec).toMatchObject({ clusterIP: expect.stringMatching(/^10\.96\./) as string });
    expect(addresses()).toHaveLength(2);
  });

  it('are chosen again when another request took the chosen one', async () => {
    cluster = await newRegistry({ serviceCIDR: '10.96.0.0/29' });
    const made = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) made.push((await create(name)).spec.clusterIP);
    expect(made.sort()).toEqual(['10.96.0.2', '10.96.0.3', '10.96.0.4', '10.96.0.5', '10.96.0.6']);
    expect(await failure(create('f'))).toMatchObject({ code: 'INVALID', details: { fields: [{ path: 'spec.clusterIP' }] } });
  });

  it('of many requests at once never meet', async () => {
    cluster = await newRegistry({ serviceCIDR: '10.96.0.0/27' });
    const made = await Promise.all(Array.from({ length: 28 }, (_, i) => create(`s${i}`)));
    expect(new Set(made.map(({ spec }) => spec.clusterIP)).size).toBe(28);
  });
});

describe('node ports', () => {
  it('are claimed for every port of a NodePort Service, from the upper band', async () => {
    const service = await create('a', { type: 'NodePort', ports: [{ name: 'x', port: 80 }, { name: 'y', port: 81 }] });
    const chosen = service.spec.ports.map(({ nodePort }) => nodePort ?? 0);
    for (const port of chosen) expect(port).toBeGreaterThanOrEqual(30_086);
    expect(ports()).toEqual(chosen.map(String).sort());
  });

  it('can be asked for, once, in their range', async () => {
    await create('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] });
    const error = await failure(create('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] }));
    expect(error).toMatchObject({ code: 'INVALID', details: { fields: [{ path: 'spec.ports[0].nodePort', message: '30080: provided port is already allocated' }] } });
    expect(paths(await failure(create('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 8080 }] })))).toEqual(['spec.ports[0].nodePort']);
  });

  it('stay on an update that leaves them out; go with their port, their type and their Service', async () => {
    const { metadata, spec } = await create('a', { type: 'NodePort', ports: [{ name: 'x', port: 80 }, { name: 'y', port: 81 }] });
    const input = { metadata: { name: 'a', resourceVersion: metadata.resourceVersion }, spec: { type: 'NodePort' as const, ports: [{ port: 80 }] } };
    const updated = await cluster.do({ verb: 'update', kind: 'Service', input }) as unknown as Service;
    expect(updated.spec.ports).toMatchObject([{ port: 80, nodePort: spec.ports[0]?.nodePort }]);
    expect(ports()).toEqual([String(spec.ports[0]?.nodePort)]);
    expect((await patch('a', { type: 'ClusterIP' })).spec.ports[0]).not.toHaveProperty('nodePort');
    expect(ports()).toEqual([]);
    await patch('a', { type: 'LoadBalancer' });
    expect(ports()).toHaveLength(1);
    await cluster.do({ verb: 'delete', kind: 'Service', target: { name: 'a' } });
    expect(ports()).toEqual([]);
  });

  it('include one for health checks while a LoadBalancer keeps to local endpoints; it never changes meanwhile', async () => {
    const local = await create('a', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' });
    const port = local.spec.healthCheckNodePort ?? 0;
    expect(ports()).toEqual([local.spec.ports[0]?.nodePort ?? 0, port].sort().map(String));
    expect((await patch('a', { sessionAffinity: 'ClientIP' })).spec.healthCheckNodePort).toBe(port);
    expect(paths(await failure(patch('a', { healthCheckNodePort: port + 1 })))).toEqual(['spec.healthCheckNodePort']);
    expect(paths(await failure(create('b', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: port })))).toEqual(['spec.healthCheckNodePort']);
    expect((await patch('a', { externalTrafficPolicy: 'Cluster' })).spec).not.toHaveProperty('healthCheckNodePort');
    expect(ports()).toEqual([String(local.spec.ports[0]?.nodePort)]);
  });

  it('are not given to a LoadBalancer that wants none, but those that it names are its own', async () => {
    const none = await create('a', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false });
    expect(none.spec.ports[0]).not.toHaveProperty('nodePort');
    await create('b', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [{ port: 80, nodePort: 30_080 }] });
    expect(ports()).toEqual(['30080']);
  });

  it('pass from one Service to another within one request', async () => {
    await create('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] });
    await cluster.registry.commit([
      { verb: 'delete', kind: 'Service', target: { name: 'a' } },
      { verb: 'create', kind: 'Service', input: { metadata: { name: 'b' }, spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] } } },
    ], { actor: 'test' });
    expect(cluster.store.snapshot().get('NodePortClaim', '', '30080')?.spec.claimedBy.name).toBe('b');
  });
});

describe('the other rules', () => {
  const node = (name: string, podCIDR?: string) => cluster.do({ verb: 'create', kind: 'Node', input: { metadata: { name }, spec: podCIDR ? { podCIDR } : {} } }) as Promise<unknown> as Promise<Node>;

  it('give every Node a range of Pod addresses', async () => {
    expect((await node('n1')).spec).toMatchObject({ podCIDR: '10.244.0.0/24', podCIDRs: ['10.244.0.0/24'] });
    expect((await node('n2', '10.244.1.0/24')).spec.podCIDR).toBe('10.244.1.0/24');
    expect((await node('n3', '10.244.1.0/24')).spec.podCIDR).toBe('10.244.2.0/24');
    expect((await node('n4', '192.168.0.0/24')).spec.podCIDR).toBe('10.244.3.0/24');
    await cluster.do({ verb: 'delete', kind: 'Node', target: { name: 'n1' } });
    expect((await node('n5')).spec.podCIDR).toBe('10.244.0.0/24');
    expect(cluster.store.snapshot().get('PodCIDRClaim', '', '10.244.0.0-24')?.spec.claimedBy.name).toBe('n5');
  });

  it('let new Pods outlast a short loss of their node, for as long as is configured', () => {
    const pod = { kind: 'Pod', metadata: { name: 'p' }, spec: { tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists' }] } } as unknown as StoredObject;
    const entry = { key: { kind: 'Pod', namespace: 'default', name: 'p' }, before: undefined, after: pod, last: pod, change: 0 } as const;
    const context = { staging: new Staging(cluster.store.snapshot()), config: { ...defaultConfig, defaultTolerationSeconds: 7 }, random: systemRandom, nowMs: 0, isReserved: () => false };
    expect(defaultTolerations.admit(entry, context).object?.spec).toEqual({ tolerations: [
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists' }, { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 7 }] });
    expect(defaultTolerations.admit({ ...entry, before: pod }, context).object).toBeUndefined();
  });

  it.each<readonly [string, Partial<Toleration>, number]>([
    ['its own word on one taint', { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 2 }, 2],
    ['one for everything', { operator: 'Exists' }, 1],
    ['one for every NoExecute', { operator: 'Exists', effect: 'NoExecute' }, 1],
    ['one for another effect', { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoSchedule' }, 3],
  ])('respect a Pod that brings %s', async (_what, toleration, count) => {
    const pod = await cluster.do({ verb: 'create', kind: 'Pod', input: { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }], tolerations: [toleration] } } }) as unknown as Pod;
    expect(pod.spec.tolerations).toHaveLength(count);
  });

  it('keep what a Pod was given when an update leaves it out', async () => {
    const spec = { containers: [{ name: 'c', image: 'i' }] };
    const pod = await cluster.do({ verb: 'create', kind: 'Pod', input: { metadata: { name: 'p' }, spec } }) as unknown as Pod;
    const { resourceVersion } = pod.metadata;
    const after = await cluster.do({ verb: 'update', kind: 'Pod', input: { metadata: { name: 'p', resourceVersion }, spec } }) as unknown as Pod;
    expect(after.spec.tolerations).toEqual(pod.spec.tolerations);
  });

  it('hold every living Namespace until its content is gone', async () => {
    await cluster.do({ verb: 'create', kind: 'Namespace', input: { metadata: { name: 'team' }, spec: { finalizers: [] } } });
    const object = await cluster.do({ verb: 'patch', kind: 'Namespace', target: { name: 'team' }, patch: { spec: { finalizers: [] } } });
    expect(object.spec).toEqual({ finalizers: ['kubernetes'] });
  });

  it('label every Namespace with its name, whatever a client says', async () => {
    await cluster.do({ verb: 'create', kind: 'Namespace', input: { metadata: { name: 'team' } } });
    const object = await cluster.do({ verb: 'patch', kind: 'Namespace', target: { name: 'team' }, patch: { metadata: { labels: { 'kubernetes.io/metadata.name': 'other', a: 'b' } } } });
    expect(object.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'team', a: 'b' });
  });
});

describe('Pods of one template', () => {
  const spec = { containers: [{ name: 'web', image: 'web:1' }] };
  const make = (registry: TestRegistry, name: string) => registry.do({ verb: 'create', kind: 'Pod', input: { metadata: { name }, spec } }) as Promise<unknown> as Promise<Pod>;

  it('share their spec, which is completed and checked once', async () => {
    const [first, second] = [await make(cluster, 'a'), await make(cluster, 'b')];
    expect(first.spec.tolerations.map(({ tolerationSeconds }) => tolerationSeconds)).toEqual([300, 300]);
    expect(second.spec).toBe(first.spec);
    expect(spec).toEqual({ containers: [{ name: 'web', image: 'web:1' }] });
  });

  it('put up with a lost node for as long as the cluster that they are in says', async () => {
    await make(cluster, 'a');
    const other = await make(await newRegistry({ defaultTolerationSeconds: 7 }), 'a');
    expect(other.spec.tolerations.map(({ tolerationSeconds }) => tolerationSeconds)).toEqual([7, 7]);
  });

  it('are refused each, with all that is wrong', async () => {
    const wrong = { containers: [{ name: 'Not A Name', image: 'web:1' }] };
    for (const name of ['a', 'b']) expect(paths(await failure(cluster.do({ verb: 'create', kind: 'Pod', input: { metadata: { name }, spec: wrong } })))).toEqual(['spec.containers[0].name']);
  });
});
