import { renderChain } from './render-chain.ts';
import { chainOfVerdict, emptyRuleset, isSlotted, mapNames, splitSlot } from './ruleset.ts';
import type { Element, MapName, NodeFacts, Ruleset, SlottedMapName } from './ruleset.ts';

/** A number that random choice may give, with the map of backends that it leads to. */
export interface Slot {
  readonly map: SlottedMapName;
  readonly slot: number;
}

/** Flows of UDP that the kernel still sends the old way; they are to be deleted. `backend` is absent where all flows of the front are meant. */
export interface StaleFlow {
  /** Absent for a port of the node. */
  readonly address?: string;
  readonly port: number;
  /** Address of the backend that is gone. */
  readonly backend?: string;
}

/** What turns one state of the table into another, in one transaction. */
export interface Update {
  /** Whether the whole table is replaced; otherwise only what follows changes. */
  readonly isFullLoad: boolean;
  /** Chains that verdicts in `adds` go to and that may not exist yet. */
  readonly chains: readonly string[];
  /** Slots that are used and may not exist yet. */
  readonly slots: readonly Slot[];
  readonly deletes: readonly Element[];
  readonly adds: readonly Element[];
  readonly staleFlows: readonly StaleFlow[];
  /** Whether the kernel may send some clients of TCP on to backends that left their front. */
  readonly mayHaveStuckConnections: boolean;
  /** Whether clients may be remembered for backends that they must not go to any more. */
  readonly mayHaveStaleClients: boolean;
}

/** The smallest change from `previous` to `next`; the full load where there is no `previous`. Undefined where nothing changes. */
export function planUpdate(previous: Ruleset | undefined, next: Ruleset, facts: NodeFacts): Update | undefined {
  const before = previous ?? emptyRuleset();
  const deletes = elementsNotIn(next, before), adds = elementsNotIn(before, next);
  if (previous && deletes.length === 0 && adds.length === 0) return undefined;
  const existing = chainsOf(before);
  return {
    isFullLoad: !previous,
    chains: [...new Set(adds.flatMap(({ value }) => chainOfVerdict(value) ?? []))].filter((name) => renderChain(name, facts) && !existing.has(name)).sort(),
    slots: planSlots(adds, before),
    deletes,
    adds,
    staleFlows: previous ? planStaleFlows(deletes, adds, before, next) : [],
    mayHaveStuckConnections: deletes.some((e) => hasLeft(e, next) && splitSlot(e.key).front.split(' . ').at(-2) === 'tcp'),
    mayHaveStaleClients: adds.some((e) => e.map === 'outside_addresses' || e.map === 'outside_ports') || deletes.some((e) => takesFromClients(e, before, next)),
  };
}

/** Whether an element's deletion takes from a sticky front a backend that some clients may be bound to. Another side of the front may still have it. */
function takesFromClients({ map, key, value }: Element, before: Ruleset, next: Ruleset): boolean {
  if (!isSlotted(map)) return map === 'remember' || map === 'remember_ports';
  const { front } = splitSlot(key);
  return before[map.endsWith('port_backends') ? 'remember_ports' : 'remember'].has(`${front} . ${value}`) && !backendsOf(next, map, front).includes(value);
}

/** The elements of one state that another lacks, or has with another value. */
function elementsNotIn(other: Ruleset, rules: Ruleset): readonly Element[] {
  const elements: Element[] = [];
  for (const map of mapNames) for (const [key, value] of rules[map]) if (other[map].get(key) !== value) elements.push({ map, key, value });
  return elements;
}

/** The chains that verdicts of a state go to, so that they certainly exist. */
function chainsOf(rules: Ruleset): ReadonlySet<string> {
  const maps = ['addresses', 'ports', 'outside_addresses', 'outside_ports', 'remember', 'remember_ports'] as const;
  const verdicts = new Set<string>();
  for (const map of maps) for (const verdict of rules[map].values()) verdicts.add(verdict);
  return new Set([...verdicts].flatMap((verdict) => chainOfVerdict(verdict) ?? []));
}

/** The slots of new elements, but for those that the state before used. */
function planSlots(adds: readonly Element[], before: Ruleset): readonly Slot[] {
  const slots = new Map<string, Slot>();
  for (const { map, key } of adds) {
    if (isSlotted(map)) slots.set(`${map} ${splitSlot(key).slot}`, { map, slot: splitSlot(key).slot });
  }
  for (const map of mapNames.filter(isSlotted)) {
    for (const key of before[map].keys()) {
      if (slots.size === 0) return [];
      slots.delete(`${map} ${splitSlot(key).slot}`);
    }
  }
  return [...slots.values()];
}

const frontMaps = ['addresses', 'ports', 'outside_addresses', 'outside_ports'] as const satisfies readonly MapName[];

/** Whether an element's deletion takes a backend from its front. */
function hasLeft({ map, key, value }: Element, next: Ruleset): boolean {
  return isSlotted(map) && !backendsOf(next, map, splitSlot(key).front).includes(value);
}

/** UDP has no end of connection: flows to backends that left a front, and all flows of a front that was not served before, must be cut. */
function planStaleFlows(deletes: readonly Element[], adds: readonly Element[], before: Ruleset, next: Ruleset): readonly StaleFlow[] {
  const left = deletes.flatMap((element) => {
    const front = splitSlot(element.key).front.split(' . ');
    if (!isUdp(front) || !hasLeft(element, next)) return [];
    return [{ ...toFront(front), backend: element.value.split(' . ')[0] ?? '' }];
  });
  const fresh = adds.flatMap(({ map, key }) => {
    const front = key.split(' . ');
    return frontMaps.some((name) => name === map && !before[name].has(key)) && isUdp(front) ? [toFront(front)] : [];
  });
  return [...new Map([...left, ...fresh].map((flow) => [JSON.stringify(flow), flow])).values()];
}

function isUdp(front: readonly string[]): boolean {
  return front.at(-2) === 'udp';
}

function toFront(front: readonly string[]): { address?: string; port: number } {
  const port = Number(front.at(-1));
  const [address] = front;
  return front.length === 3 && address !== undefined ? { address, port } : { port };
}

function backendsOf(rules: Ruleset, map: MapName, front: string): readonly string[] {
  const found: string[] = [];
  for (let slot = 0; ; slot += 1) {
    const backend = rules[map].get(`${front} . ${slot}`);
    if (backend === undefined) return found;
    found.push(backend);
  }
}
