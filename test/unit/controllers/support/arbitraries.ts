import fc from 'fast-check';
import type { CountedSet } from '../../../../src/controllers/deployment/counted-set.ts';
import { aReplicaSet } from './objects.ts';
import type { PodFacts } from './objects.ts';

/** Any state of a Pod. */
export const podFacts: fc.Arbitrary<PodFacts> = fc.record({
  phase: fc.constantFrom('Pending' as const, 'Running' as const, 'Succeeded' as const, 'Failed' as const), isGoing: fc.boolean(), readyFor: fc.option(fc.nat(20), { nil: undefined }),
});

/** A ReplicaSet with Pods; some are on their way out. */
export function countedSet(name: string): fc.Arbitrary<CountedSet> {
  return fc.record({ wanted: fc.nat(5), active: fc.nat(5), going: fc.nat(3), ready: fc.nat(5), available: fc.nat(5) }).map(({ wanted, active, going, ready, available }) => {
    const readyOnes = Math.min(ready, active);
    return { replicaSet: aReplicaSet(name, { replicas: wanted }), wanted, active, ready: readyOnes, available: Math.min(available, readyOnes), present: active + going };
  });
}
