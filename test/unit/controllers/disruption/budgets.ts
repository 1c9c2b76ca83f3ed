import type { ObjectMeta, PodDisruptionBudget } from '../../../../src/model/object.ts';
import { SimulatedCluster } from '../../../support/simulated-cluster.ts';

const base = baseBudget();

/** The budget `web` of namespace default, for Pods with app=web. */
export function aBudget(spec: Partial<PodDisruptionBudget['spec']> = {}, status: Partial<PodDisruptionBudget['status']> = {}, metadata: Partial<ObjectMeta> = {}): PodDisruptionBudget {
  const { minAvailable: _min, ...rest } = base.spec;
  return { ...base, metadata: { ...base.metadata, ...metadata }, spec: { ...rest, ...spec }, status: { ...base.status, ...status } };
}

function baseBudget(): PodDisruptionBudget {
  const cluster = new SimulatedCluster();
  cluster.apply([{ verb: 'create', kind: 'PodDisruptionBudget', input: { metadata: { name: 'web' }, spec: { selector: { matchLabels: { app: 'web' } }, minAvailable: 1 } } }]);
  const budget = cluster.snapshot.get('PodDisruptionBudget', 'default', 'web');
  if (!budget) throw new Error('not made');
  return budget;
}
