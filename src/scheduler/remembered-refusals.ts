import type { PodInfo } from './pod-info.ts';
import type { Refusals } from './schedule.ts';

const rememberedAtMost = 1000;

/**
 * Remembers why no node took a Pod, for other Pods that ask for the same: hundreds of replicas that fit nowhere cost one search. Bindings make the
 * cluster fuller only, so an answer holds until something makes room: then `clear`.
 */
export class RememberedRefusals {
  private readonly byDemand = new Map<string, Refusals>();

  /** The refusal of an equal Pod. */
  recall(pod: PodInfo): Refusals | undefined {
    return this.byDemand.size === 0 ? undefined : this.byDemand.get(demandOf(pod));
  }

  remember(pod: PodInfo, refusals: Refusals): void {
    if (this.byDemand.size < rememberedAtMost) this.byDemand.set(demandOf(pod), refusals);
  }

  clear(): void {
    this.byDemand.clear();
  }
}

/** Everything that filters look at, as text. */
function demandOf({ pod: { spec }, requests: { others, ...requests }, hostPorts }: PodInfo): string {
  return JSON.stringify([requests, [...others], hostPorts, spec.nodeName, spec.nodeSelector, spec.affinity, spec.tolerations]);
}
