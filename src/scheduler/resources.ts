import { podRequests as podAmounts, resourceAmounts } from '../kinds/pod/pod-resources.ts';
import type { ResourceAmounts } from '../kinds/pod/pod-resources.ts';
import type { Pod } from '../model/object.ts';

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

/** Amounts from a map of quantities, such as allocatable. `pods` is a count, not a resource, and is left out. */
export function resourcesOf(quantities: Readonly<Record<string, string>>): Resources {
  return fromAmounts(resourceAmounts(quantities));
}

/** What a Pod requests at most at any time of its life. */
export function podRequests(spec: Pod['spec']): Resources {
  return fromAmounts(podAmounts({ spec }));
}

function fromAmounts({ cpu = 0, memory = 0, 'ephemeral-storage': ephemeral = 0, pods: _pods, ...rest }: ResourceAmounts): Resources {
  let others: Map<string, number> | undefined;
  for (const name in rest) if (rest[name] !== 0) (others ??= new Map()).set(name, rest[name]!);
  return { cpuMillis: cpu, memoryBytes: memory, ephemeralBytes: ephemeral, others: others ?? noResources.others };
}

/** The sum. */
export function addResources(a: Resources, b: Resources): Resources {
  return combine(a, b, (x, y) => x + y);
}

/** The difference. */
export function subtractResources(a: Resources, b: Resources): Resources {
  return combine(a, b, (x, y) => x - y);
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
