import { emptyLayout } from './layout.ts';
import type { Chain, Layout, PeerSetUse } from './layout.ts';

/** Where elements are: a set or map of the table. */
export interface Elements {
  readonly target: string;
  /** As nft writes them; those of maps with their verdict where they are added. */
  readonly elements: readonly string[];
}

/** What turns one state of the table into another, in one transaction. */
export interface Update {
  /** Whether the whole table is made anew; otherwise only what follows changes. */
  readonly isFullLoad: boolean;
  readonly newPeerSets: readonly (readonly [string, PeerSetUse])[];
  readonly newPortSets: readonly string[];
  readonly newChains: readonly (readonly [string, Chain])[];
  readonly deletes: readonly Elements[];
  readonly adds: readonly Elements[];
  readonly oldChains: readonly string[];
  readonly oldSets: readonly string[];
}

/** What the kernel's table holds. */
export interface Held {
  readonly layout: Layout;
  /** By set of peers: its members. */
  readonly members: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What is known of the members of groups. */
export interface Peers {
  /** All members of a group, as nft writes them. */
  all(groupKey: string): Iterable<string>;
  has(groupKey: string, member: string): boolean;
  /** Members that may have come or gone since `held`, by group; those of other groups are as they were. */
  readonly touched: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The smallest change from what is held to a layout, in work that grows with what changed and with this node's Pods only; the full load where nothing is held. Undefined where nothing changes. */
export function planUpdate(held: Held | undefined, next: Layout, peers: Peers): Update | undefined {
  const before = held?.layout ?? emptyLayout;
  const changes = [
    ...(['ingress', 'egress'] as const).map((map) => diffMaps(map, before[map], next[map])),
    diffSets('itself', itself(before), itself(next)),
    ...[...next.portSets].map(([set, members]) => diffSets(set, before.portSets.get(set) ?? none, members)),
    ...[...next.peerSets].map(([set, { groupKey }]) => peerChange(set, groupKey, held, peers)),
  ];
  const update: Update = {
    isFullLoad: !held,
    newPeerSets: missing(next.peerSets, before.peerSets).map((set): [string, PeerSetUse] => [set, next.peerSets.get(set) as PeerSetUse]),
    newPortSets: missing(next.portSets, before.portSets),
    newChains: missing(next.chains, before.chains).map((name): [string, Chain] => [name, next.chains.get(name) as Chain]),
    deletes: changes.flatMap(({ target, removed }) => (removed.length > 0 ? [{ target, elements: removed }] : [])),
    adds: changes.flatMap(({ target, added }) => (added.length > 0 ? [{ target, elements: added }] : [])),
    oldChains: missing(before.chains, next.chains),
    oldSets: [...missing(before.peerSets, next.peerSets), ...missing(before.portSets, next.portSets)],
  };
  const isNothing = held && [update.newPeerSets, update.newPortSets, update.newChains, update.deletes, update.adds, update.oldChains, update.oldSets].every((list) => list.length === 0);
  return isNothing ? undefined : update;
}

const none: ReadonlySet<string> = new Set();

interface Difference {
  readonly target: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** A Pod always reaches itself, also through a Service. */
function itself({ ingress, egress }: Layout): ReadonlySet<string> {
  return new Set([...ingress.keys(), ...egress.keys()].map((address) => `${address} . ${address}`));
}

function peerChange(target: string, groupKey: string, held: Held | undefined, peers: Peers): Difference {
  const before = held?.members.get(target);
  if (!before) return { target, added: [...peers.all(groupKey)], removed: [] };
  const differing = [...peers.touched.get(groupKey) ?? []].filter((member) => peers.has(groupKey, member) !== before.has(member));
  return { target, added: differing.filter((member) => !before.has(member)), removed: differing.filter((member) => before.has(member)) };
}

function diffSets(target: string, before: ReadonlySet<string>, next: ReadonlySet<string>): Difference {
  return { target, added: [...next].filter((member) => !before.has(member)), removed: [...before].filter((member) => !next.has(member)) };
}

function diffMaps(target: string, before: ReadonlyMap<string, string>, next: ReadonlyMap<string, string>): Difference {
  return {
    target,
    added: [...next].flatMap(([address, chain]) => (before.get(address) === chain ? [] : [`${address} : goto ${chain}`])),
    removed: [...before].flatMap(([address, chain]) => (next.get(address) === chain ? [] : [address])),
  };
}

function missing(names: ReadonlyMap<string, unknown>, from: ReadonlyMap<string, unknown>): readonly string[] {
  return [...names.keys()].filter((name) => !from.has(name));
}
