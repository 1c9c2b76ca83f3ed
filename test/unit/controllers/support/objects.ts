import type { Condition, Deployment, ObjectMeta, OwnerReference, Pod, ReplicaSet, StoredObject } from '../../../../src/model/object.ts';
import type { RequestedChange } from '../../../../src/registry/registry.ts';
import { SimulatedCluster } from '../../../support/simulated-cluster.ts';
import { aPod } from '../../scheduler/objects.ts';

export const labels = { app: 'web' };
export const nowMs = Date.UTC(2030, 0, 1);
const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'web:1' }] } };
const base = baseObjects();

/** The Deployment `web` of namespace default, with this said of its spec, status and metadata. */
export function aDeployment(spec: Partial<Deployment['spec']> = {}, status: Partial<Deployment['status']> = {}, metadata: Partial<ObjectMeta> = {}): Deployment {
  return { ...base.deployment, metadata: { ...base.deployment.metadata, ...metadata }, spec: { ...base.deployment.spec, ...spec }, status: { ...base.deployment.status, ...status } };
}

/** A ReplicaSet of namespace default. */
export function aReplicaSet(name: string, spec: Partial<ReplicaSet['spec']> = {}, status: Partial<ReplicaSet['status']> = {}, metadata: Partial<ObjectMeta> = {}): ReplicaSet {
  return { ...base.replicaSet, metadata: { ...base.replicaSet.metadata, name, uid: `uid-${name}`, ...metadata }, spec: { ...base.replicaSet.spec, ...spec }, status: { ...base.replicaSet.status, ...status } };
}

/** What a test says of a Pod. */
export interface PodFacts {
  readonly phase: Pod['status']['phase'];
  readonly isGoing: boolean;
  /** Seconds since it became ready; undefined where it is not ready. */
  readonly readyFor?: number | undefined;
}

/** A Pod in the state that the facts say. */
export function podWith(name: string, { phase, isGoing, readyFor }: PodFacts, metadata: Partial<ObjectMeta> = {}): Pod {
  const pod = aPod(name, { phase });
  const ready: Condition = { type: 'Ready', status: readyFor === undefined ? 'False' : 'True', lastTransitionTime: new Date(nowMs - (readyFor ?? 0) * 1000).toISOString() };
  const deletionTimestamp = isGoing ? new Date(nowMs).toISOString() : undefined;
  return { ...pod, metadata: { ...pod.metadata, labels, deletionTimestamp, ...metadata }, status: { ...pod.status, conditions: [ready] } };
}

/** A reference to the object of this uid. */
export function ownedBy(uid: string, controller?: boolean): OwnerReference {
  return { apiVersion: 'v1', kind: 'ConfigMap', name: uid, uid, controller };
}

/** Objects as they are once the changes of their owners took effect. */
export function withOwners<T extends StoredObject>(objects: readonly T[], changes: readonly RequestedChange[]): readonly T[] {
  return objects.map((object) => {
    const change = changes.find((one) => one.verb === 'patch' && one.target.name === object.metadata.name);
    const ownerReferences = change?.verb === 'patch' ? change.patch.metadata?.ownerReferences : undefined;
    return ownerReferences ? { ...object, metadata: { ...object.metadata, ownerReferences: ownerReferences as readonly OwnerReference[] } } : object;
  });
}

function baseObjects(): { readonly deployment: Deployment; readonly replicaSet: ReplicaSet } {
  const cluster = new SimulatedCluster();
  const spec = { selector: { matchLabels: labels }, template };
  cluster.apply([{ verb: 'create', kind: 'Deployment', input: { metadata: { name: 'web' }, spec } }, { verb: 'create', kind: 'ReplicaSet', input: { metadata: { name: 'set', labels }, spec } }]);
  const deployment = cluster.snapshot.get('Deployment', 'default', 'web'), replicaSet = cluster.snapshot.get('ReplicaSet', 'default', 'set');
  if (!deployment || !replicaSet) throw new Error('not made');
  return { deployment, replicaSet };
}
