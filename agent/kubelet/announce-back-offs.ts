import type { Pod } from '../../src/model/object.ts';
import type { PodEvents } from './kubelet-context.ts';
import type { PodPlan } from './pod-facts.ts';

/** Records an event when a container begins to wait before its next start or pull. `announced` holds, by container, what was said last. */
export function announceBackOffs(pod: Pod, plan: PodPlan, announced: Map<string, string>, events: PodEvents): void {
  for (const name of announced.keys()) if (!plan.waiting.get(name)?.reason.endsWith('BackOff')) announced.delete(name);
  for (const [name, { reason, message = reason }] of plan.waiting) {
    if (!reason.endsWith('BackOff') || announced.get(name) === message) continue;
    announced.set(name, message);
    events.record(pod, reason === 'ImagePullBackOff' ? 'Normal' : 'Warning', 'BackOff', message, name);
  }
}
