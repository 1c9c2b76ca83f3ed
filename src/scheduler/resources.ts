import { milliValue, parseQuantity } from '../model/quantity.ts';
import type { Container, Pod } from '../model/object.ts';

/** Amounts of resources as whole numbers. */
export interface Resources {
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly ephemeralBytes: number;
  /** All other resources by name; without zeros. */
  readonly others: ReadonlyMap<string, number>;
}

/** Nothing of anything. */
export const noResources: Resources = { cpuMillis: 0, memoryBytes: 0, ephemeralBytes: 0, others: new Map() };

/** Amounts from a map of quantities, such as requests or allocatable. `pods` is a count, not a resource, and is left out. */
export function resourcesOf(quantities: Readonly<Record<string, string>>): Resources {
  let { cpuMillis, memoryBytes, ephemeralBytes } = noResources;
  let others: Map<string, number> | undefined;
  for (const [name, text] of Object.entries(quantities)) {
    if (name === 'cpu') cpuMillis = remembered(milliValue, millis, text);
    else if (name === 'memory') memoryBytes = remembered(parseQuantity, units, text);
    else if (name === 'ephemeral-storage') ephemeralBytes = remembered(parseQuantity, units, text);
    else if (name !== 'pods') {
      const amount = remembered(parseQuantity, units, text);
      if (amount !== 0) (others ??= new Map()).set(name, amount);
    }
  }
  return { cpuMillis, memoryBytes, ephemeralBytes, others: others ?? noResources.others };
}

/** The sum. */
export function addResources(a: Resources, b: Resources): Resources {
  return combine(a, b, (x, y) => x + y);
}

/** The difference. */
export function subtractResources(a: Resources, b: Resources): Resources {
  return combine(a, b, (x, y) => x - y);
}

/**
 * What a Pod requests: its containers and sidecars together, or the hungriest step of its start where that is more. A step is one init container
 * beside the sidecars that were started before it.
 */
export function podRequests(spec: Pod['spec']): Resources {
  let running = spec.containers.map(requestsOf).reduce(addResources, noResources);
  let sidecars = noResources, start = noResources;
  for (const container of spec.initContainers) {
    const requests = requestsOf(container);
    if (container.restartPolicy === 'Always') {
      sidecars = addResources(sidecars, requests);
      running = addResources(running, requests);
      start = combine(start, sidecars, Math.max);
    } else {
      start = combine(start, addResources(sidecars, requests), Math.max);
    }
  }
  return combine(running, start, Math.max);
}

function requestsOf(container: Container): Resources {
  return resourcesOf(container.resources.requests);
}

function combine(a: Resources, b: Resources, how: (x: number, y: number) => number): Resources {
  return {
    cpuMillis: how(a.cpuMillis, b.cpuMillis), memoryBytes: how(a.memoryBytes, b.memoryBytes), ephemeralBytes: how(a.ephemeralBytes, b.ephemeralBytes),
    others: b.others.size === 0 ? a.others : combineOthers(a.others, b.others, how),
  };
}

function combineOthers(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>, how: (x: number, y: number) => number): ReadonlyMap<string, number> {
  const result = new Map(a);
  for (const [name, amount] of b) {
    const combined = how(a.get(name) ?? 0, amount);
    if (combined === 0) result.delete(name);
    else result.set(name, combined);
  }
  return result;
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
