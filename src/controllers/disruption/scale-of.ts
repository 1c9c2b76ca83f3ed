import type { Pod, StoredObject } from '../../model/object.ts';
import { controllerOf } from '../../model/owner.ts';
import type { Snapshot } from '../../store/store.ts';

/** How many Pods the controller of a Pod wants. */
export type Scale =
  | { readonly type: 'scaled'; readonly uid: string; readonly replicas: number }
  /** Nobody manages the Pod. */
  | { readonly type: 'unmanaged' }
  /** Its controller is gone, or has no number of replicas. */
  | { readonly type: 'unknown' };

/** What the topmost controller of a Pod wants: the Deployment of a ReplicaSet, where it has one. */
export function scaleOf(pod: Pod, snapshot: Pick<Snapshot, 'byUid'>): Scale {
  const reference = controllerOf(pod as StoredObject & Pod);
  if (!reference) return { type: 'unmanaged' };
  let owner = snapshot.byUid(reference.uid);
  for (let above = owner && controllerOf(owner); above; above = owner && controllerOf(owner)) {
    const next = snapshot.byUid(above.uid);
    if (!next || replicasOf(next) === undefined) break;
    owner = next;
  }
  const replicas = owner && replicasOf(owner);
  return owner && replicas !== undefined ? { type: 'scaled', uid: owner.metadata.uid, replicas } : { type: 'unknown' };
}

/** The number of replicas that an object wants, if it is of a kind that has one. */
export function replicasOf(object: StoredObject): number | undefined {
  const spec = object.spec as { readonly replicas?: unknown } | undefined;
  return typeof spec?.replicas === 'number' ? spec.replicas : undefined;
}
