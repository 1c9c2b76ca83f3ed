import type { Container, Pod } from '../../model/object.ts';
import { milliValue, parseQuantity } from '../../model/quantity.ts';

/** Amounts by resource name: `cpu` in thousandths of a core, everything else in whole base units (bytes, pieces). */
export type ResourceAmounts = Readonly<Record<string, number>>;

/** A map of quantities as numbers to calculate with. */
export function resourceAmounts(quantities: Readonly<Record<string, string>> | undefined): ResourceAmounts {
  const amounts: Record<string, number> = {};
  for (const name in quantities) amounts[name] = name === 'cpu' ? remembered(milliValue, millis, quantities[name]!) : remembered(parseQuantity, units, quantities[name]!);
  return amounts;
}

/**
 * What a Pod needs at most at any time of its life: its containers and sidecars together, or an init container together with the sidecars
 * started before it, whichever is more, for each resource by itself.
 */
export function podRequests(pod: Pick<Pod, 'spec'>): ResourceAmounts {
  return podTotal(pod, (container) => resourceAmounts(container.resources.requests));
}

/** What a Pod may use at most, counted in the same way; a resource that some container may use without limit counts only as far as it is limited. */
export function podLimits(pod: Pick<Pod, 'spec'>): ResourceAmounts {
  return podTotal(pod, (container) => resourceAmounts(container.resources.limits));
}

/** Whether an init container stays beside the containers once it has started. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/** The sum of two amounts. */
export function addAmounts(one: ResourceAmounts, other: ResourceAmounts): ResourceAmounts {
  return merge(one, other, (a, b) => a + b);
}

function podTotal({ spec }: Pick<Pod, 'spec'>, amountsOf: (container: Container) => ResourceAmounts): ResourceAmounts {
  let sidecars: ResourceAmounts = {};
  let initPeak: ResourceAmounts = {};
  for (const container of spec.initContainers) {
    const needed = addAmounts(sidecars, amountsOf(container));
    if (isSidecar(container)) sidecars = needed;
    initPeak = merge(initPeak, needed, Math.max);
  }
  const running = spec.containers.map(amountsOf).reduce(addAmounts, sidecars);
  return merge(running, initPeak, Math.max);
}

function merge(one: ResourceAmounts, other: ResourceAmounts, combine: (a: number, b: number) => number): ResourceAmounts {
  const merged: Record<string, number> = { ...one };
  for (const [name, amount] of Object.entries(other)) merged[name] = combine(merged[name] ?? 0, amount);
  return merged;
}

const millis = new Map<string, number>();
const units = new Map<string, number>();
const rememberedAtMost = 10_000;

/** Pods of one template repeat the same few texts; reading one is slow exact arithmetic. */
function remembered(read: (text: string) => number, memory: Map<string, number>, text: string): number {
  const known = memory.get(text);
  if (known !== undefined) return known;
  if (memory.size >= rememberedAtMost) memory.clear();
  const amount = read(text);
  memory.set(text, amount);
  return amount;
}
