const backend = 'ipv4_addr . inet_service';
const addressFront = 'ipv4_addr . inet_proto . inet_service';
const portFront = 'inet_proto . inet_service';

/** The maps with a map in the kernel for every slot: `backends_0`, `backends_1` …; here one map, with the slot as last part of the key. */
export const slottedMapTypes = {
  backends: `${addressFront} : ${backend}`,
  port_backends: `${portFront} : ${backend}`,
  outside_backends: `${addressFront} : ${backend}`,
  outside_port_backends: `${portFront} : ${backend}`,
} as const;

/** The maps that are one map in the kernel too, each with its key and value types in nft's words. */
export const plainMapTypes = {
  addresses: `${addressFront} : verdict`,
  ports: `${portFront} : verdict`,
  outside_addresses: `${addressFront} : verdict`,
  outside_ports: `${portFront} : verdict`,
  remember: `${addressFront} . ${backend} : verdict`,
  remember_ports: `${portFront} . ${backend} : verdict`,
  unserved: `${addressFront} : verdict`,
  unserved_ports: `${portFront} : verdict`,
  guarded: `${addressFront} : verdict`,
  allowed: `${addressFront} . ipv4_addr : verdict ; flags interval`,
  balanced: 'ipv4_addr : verdict',
  unserved_addresses: 'ipv4_addr : verdict',
  hairpin: 'ipv4_addr . ipv4_addr : verdict',
} as const;

/** A map with slots. */
export type SlottedMapName = keyof typeof slottedMapTypes;

/** The maps that the agent writes. `sticky` and `sticky_ports` are written by packets and are not among them. */
export type MapName = keyof typeof plainMapTypes | SlottedMapName;

/** All map names, in a fixed order. */
export const mapNames = Object.keys({ ...plainMapTypes, ...slottedMapTypes }) as readonly MapName[];

/** What the table holds: per map its elements, keys and values as nft prints them, such as `10.96.0.10 . tcp . 80` and `goto cluster_3`; in slotted maps `10.96.0.10 . tcp . 80 . 2`. */
export type Ruleset = Readonly<Record<MapName, ReadonlyMap<string, string>>>;

/** One element of one map. */
export interface Element {
  readonly map: MapName;
  readonly key: string;
  readonly value: string;
}

/** What the rules must know of the node they are for. */
export interface NodeFacts {
  readonly nodeName: string;
  /** Where other machines reach this node: its own programs show this address to Services. */
  readonly nodeIP: string;
  /** The range of this node's Pods. */
  readonly podCIDR: string;
  /** The range of all Pods. */
  readonly clusterCIDR: string;
  /** The range of cluster IPs. */
  readonly serviceCIDR: string;
  /** Cluster IPs at which this node itself answers, such as the DNS's: no rule touches them. */
  readonly answeredHere?: readonly string[];
}

/** How the packets of a front are treated. `cluster`: from Pods as they are, else masqueraded; `external`, `node`: masqueraded; `outside_*`: as they are. */
export type Treatment = 'cluster' | 'external' | 'node' | 'outside_external' | 'outside_node';

/** A chain that balances over a number of backends. */
export interface BalanceChain {
  readonly treatment: Treatment;
  readonly isSticky: boolean;
  /** At least 1. */
  readonly backends: number;
}

/** The name of a balancing chain: `cluster_3`, `sticky_node_2`. */
export function balanceChainName(chain: BalanceChain): string {
  return `${chain.isSticky ? 'sticky_' : ''}${chain.treatment}_${chain.backends}`;
}

/** What a chain's name says, or undefined where it is no balancing chain. */
export function parseBalanceChainName(name: string): BalanceChain | undefined {
  const match = /^(sticky_)?(cluster|external|node|outside_external|outside_node)_([1-9]\d*)$/.exec(name);
  if (!match) return undefined;
  return { treatment: match[2] as Treatment, isSticky: match[1] !== undefined, backends: Number(match[3]) };
}

/** The chain that a verdict goes to, or undefined for `drop` and `accept`. */
export function chainOfVerdict(verdict: string): string | undefined {
  return /^(?:goto|jump) (\S+)$/.exec(verdict)?.[1];
}

/** A ruleset without elements. */
export function emptyRuleset(): Record<MapName, Map<string, string>> {
  return Object.fromEntries(mapNames.map((name) => [name, new Map<string, string>()])) as Record<MapName, Map<string, string>>;
}

/** Whether every slot of a map is a map of its own in the kernel. */
export function isSlotted(name: string): name is SlottedMapName {
  return name in slottedMapTypes;
}

/** The key of a slotted map as front and slot. */
export function splitSlot(key: string): { readonly front: string; readonly slot: number } {
  const at = key.lastIndexOf(' . ');
  return { front: key.slice(0, at), slot: Number(key.slice(at + 3)) };
}
