import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kindFacts, kindNames } from '../../src/model/object.ts';
import type { KindName, StoredObject } from '../../src/model/object.ts';
import { isClaim } from '../../src/registry/admission/claims.ts';
import { writableParts } from '../../src/registry/object-parts.ts';
import type { RequestedChange } from '../../src/registry/registry.ts';
import { inputsOf } from '../support/arbitraries/inputs.ts';
import { openAnother, openCluster, targetOf } from './support/open-cluster.ts';
import type { Cluster } from './support/open-cluster.ts';

let cluster: Cluster;
let number = 0;
beforeAll(async () => {
  cluster = await openCluster();
});
afterAll(async () => cluster[Symbol.asyncDispose]());

async function create(kind: KindName, input: object & { readonly metadata: object }): Promise<StoredObject> {
  number += 1;
  const metadata = isClaim(kind) ? input.metadata : { ...input.metadata, name: `${kind.toLowerCase()}-${number}` };
  return (await cluster.change({ verb: 'create', kind, input: { ...input, metadata } } as RequestedChange)).object;
}

describe.each(kindNames)('%s', (kind) => {
  it('is read as it was stored, by every server, and is complete: writing it again changes nothing', async () => {
    await fc.assert(fc.asyncProperty(inputsOf(kind), async (input) => {
      const object = await create(kind, input);
      expect(cluster.read(kind, targetOf(object))).toEqual(object);
      expect(object).toMatchObject({ apiVersion: kindFacts[kind].apiVersion, kind, metadata: { generation: 1, labels: input.metadata.labels ?? {} } });
      const again = { ...writableParts(object), metadata: { ...writableParts(object).metadata, ...targetOf(object), resourceVersion: object.metadata.resourceVersion } };
      expect(await cluster.change({ verb: 'update', kind, input: again } as RequestedChange)).toMatchObject({ operation: 'UNCHANGED', object });
      if (isClaim(kind) || kind === 'Node') await cluster.change({ verb: 'delete', kind, target: targetOf(object) });
    }), { numRuns: 15 });
  });
});

it('another server that starts now reads the same of every kind', async () => {
  await using other = await openAnother(cluster.databaseUrl);
  for (const kind of kindNames) expect(JSON.parse(JSON.stringify(other.snapshot().list(kind)))).toEqual(JSON.parse(JSON.stringify(cluster.store.snapshot().list(kind))));
});
