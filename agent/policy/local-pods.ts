import { isPolicyPod, policyPodOf } from '../../src/kinds/network-policy/policy-pod.ts';
import type { Pod } from '../../src/model/object.ts';
import { runningUid } from '../kubelet/static/mirror.ts';
import type { LocalPod } from './layout.ts';

/** A Pod at the address at which this node found it. */
export interface NotedPod {
  readonly pod: Pod;
  readonly podIP: string;
}

/**
 * The Pods of this node that policies may select, each at its address: the one found here, before the server knows it and after it changed, else the one of its status. A
 * static Pod counts before its mirror is made. What was found here comes last, so that it counts where an old status still names the same address.
 */
export function localPods(pods: readonly Pod[], noted: ReadonlyMap<string, NotedPod>): readonly LocalPod[] {
  const known = new Map(pods.filter(isPolicyPod).map((pod) => [runningUid(pod), pod]));
  const ended = new Set(pods.filter((pod) => !isPolicyPod(pod)).map(runningUid));
  const told = [...known].flatMap(([uid, pod]) => (noted.has(uid) || pod.status.podIP === undefined ? [] : [atAddress(pod, pod.status.podIP)]));
  const found = [...noted].flatMap(([uid, { pod, podIP }]) => (ended.has(uid) ? [] : [atAddress(known.get(uid) ?? pod, podIP)]));
  return [...told, ...found];
}

function atAddress(pod: Pod, address: string): LocalPod {
  return { ...policyPodOf(pod), address };
}
