import type { Refusals } from './schedule.ts';

const rememberedAtMost = 1000;

/**
 * Remembers why no node took a Pod, for other Pods that ask for the same: hundreds of replicas that fit nowhere cost one search. Bindings make the
 * cluster fuller only, so an answer holds until something makes room: then `clear`.
 */
export class RememberedRefusals {
  private readonly byDemand = new Map<string, Refusals>();

  /** The refusal of a Pod with the same demand (`demandOf`). */
  recall(demand: string): Refusals | undefined {
    return this.byDemand.get(demand);
  }

  remember(demand: string, refusals: Refusals): void {
    if (this.byDemand.size < rememberedAtMost) this.byDemand.set(demand, refusals);
  }

  clear(): void {
    this.byDemand.clear();
  }
}
