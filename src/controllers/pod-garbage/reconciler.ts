import type { Reconciler } from '../../control/reconciler.ts';
import { isKind } from '../../model/object.ts';
import type { Pod } from '../../model/object.ts';
import type { Change, Snapshot } from '../../store/store.ts';
import { garbageType, planPodGarbage } from './plan-pod-garbage.ts';
import type { ObservedPodGarbage } from './plan-pod-garbage.ts';

/** The one key for the ended Pods of the whole cluster; all other keys are `node/<name>` or `pod/<namespace>/<name>`. */
const endedKey = 'ended';

/** Removes Pods that nobody else will remove. */
export function podGarbageReconciler(endedKept: number): Reconciler<ObservedPodGarbage> {
  const nothing: ObservedPodGarbage = { orphans: [], ended: [], unscheduled: [], endedKept };
  return {
    name: 'pod-garbage',
    watches: [
      { kind: 'Node', keys: (change) => (change.type === 'DELETED' ? [`node/${change.object.metadata.name}`] : []) },
      { kind: 'Pod', keys: podKeys },
    ],
    allKeys: (snapshot) => [endedKey, ...new Set(snapshot.list('Pod').flatMap((pod) => keysOf(pod, snapshot)))],
    observe: (key, snapshot) => {
      if (key === endedKey) return { ...nothing, ended: snapshot.list('Pod').filter((pod) => typeOf(pod, snapshot) === 'ended') };
      const [type = '', namespace = '', name = ''] = key.split('/');
      if (type === 'node') return snapshot.get('Node', '', namespace) ? undefined : { ...nothing, orphans: snapshot.podsOnNode(namespace) };
      const pod = snapshot.get('Pod', namespace, name);
      return pod && typeOf(pod, snapshot) === 'unscheduled' ? { ...nothing, unscheduled: [pod] } : undefined;
    },
    plan: planPodGarbage,
  };
}

function podKeys(change: Change, snapshot: Snapshot): readonly string[] {
  return change.type !== 'DELETED' && isKind(change.object, 'Pod') ? keysOf(change.object, snapshot).filter((key) => key !== endedKey) : [];
}

function keysOf(pod: Pod, snapshot: Snapshot): readonly string[] {
  switch (typeOf(pod, snapshot)) {
    case 'orphan': return [`node/${pod.spec.nodeName ?? ''}`];
    case 'unscheduled': return [`pod/${pod.metadata.namespace ?? ''}/${pod.metadata.name}`];
    case 'ended': return [endedKey];
    case undefined: return [];
  }
}

function typeOf(pod: Pod, snapshot: Snapshot): ReturnType<typeof garbageType> {
  return garbageType(pod, pod.spec.nodeName !== undefined && snapshot.get('Node', '', pod.spec.nodeName) !== undefined);
}
