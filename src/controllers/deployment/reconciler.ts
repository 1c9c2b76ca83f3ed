import type { Reconciler } from '../../control/reconciler.ts';
import { isKind } from '../../model/object.ts';
import type { Deployment, ReplicaSet, StoredObject } from '../../model/object.ts';
import { controllerOf, isControlledBy } from '../../model/owner.ts';
import { matchesLabelSelector } from '../../model/selector.ts';
import type { Change, Snapshot } from '../../store/store.ts';
import { adoptionCandidates } from '../adoption-candidates.ts';
import { objectKey, splitKey } from '../object-key.ts';
import { podsOf } from '../replica-set/reconciler.ts';
import { planDeployment, planRefusal } from './plan-deployment.ts';
import type { ObservedDeployment } from './plan-deployment.ts';
import { findRevisions, replicaSetName } from './plan-revision.ts';

/** Rolls Deployments out. Keys are `namespace/name` of Deployments. */
export const deploymentReconciler: Reconciler<ObservedDeployment> = {
  name: 'deployment',
  watches: [
    { kind: 'Deployment', keys: (change) => [objectKey(change.object)] },
    { kind: 'ReplicaSet', keys: replicaSetKeys },
    { kind: 'Pod', keys: podKeys },
  ],
  allKeys: (snapshot) => snapshot.list('Deployment').map(objectKey),
  observe,
  plan: planDeployment,
  planRefused: planRefusal,
};

function observe(key: string, snapshot: Snapshot): ObservedDeployment | undefined {
  const { namespace, name } = splitKey(key);
  const deployment = snapshot.get('Deployment', namespace, name);
  if (!deployment) return undefined;
  const replicaSets = snapshot.ownedBy(deployment.metadata.uid).filter((object): object is ReplicaSet => isKind(object, 'ReplicaSet') && isControlledBy(object, deployment));
  return {
    deployment,
    sets: replicaSets.map((replicaSet) => ({ replicaSet, pods: podsOf(replicaSet, snapshot) })),
    candidates: adoptionCandidates('ReplicaSet', namespace, deployment.spec.selector, snapshot),
    isNameTaken: isNameTaken(deployment, replicaSets, snapshot),
  };
}

function isNameTaken(deployment: Deployment, replicaSets: readonly ReplicaSet[], snapshot: Snapshot): boolean {
  if (findRevisions(deployment, replicaSets).next) return false;
  return snapshot.get('ReplicaSet', deployment.metadata.namespace ?? '', replicaSetName(deployment)) !== undefined;
}

function replicaSetKeys(change: Change, snapshot: Snapshot): readonly string[] {
  const controllers = [change.object, change.previous].flatMap((set) => (set ? deploymentKey(set) : []));
  if (controllerOf(change.object) || change.type === 'DELETED') return controllers;
  const adopters = snapshot.list('Deployment', change.object.metadata.namespace).filter((deployment) => matchesLabelSelector(deployment.spec.selector, change.object.metadata.labels));
  return [...controllers, ...adopters.map(objectKey)];
}

function podKeys(change: Change, snapshot: Snapshot): readonly string[] {
  const owner = controllerOf(change.object) ?? (change.previous && controllerOf(change.previous));
  const replicaSet = owner?.kind === 'ReplicaSet' ? snapshot.byUid(owner.uid) : undefined;
  return replicaSet ? deploymentKey(replicaSet) : [];
}

function deploymentKey(replicaSet: StoredObject): readonly string[] {
  const owner = controllerOf(replicaSet);
  return owner?.kind === 'Deployment' ? [`${replicaSet.metadata.namespace ?? ''}/${owner.name}`] : [];
}
