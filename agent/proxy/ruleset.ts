/** The maps of table `gantry`, each with its key and value types in nft's words. */
export const mapTypes = {
  addresses: 'ipv4_addr . inet_proto . inet_service : verdict',
  ports: 'inet_proto . inet_service : verdict',
  outside_addresses: 'ipv4_addr . inet_proto . inet_service : verdict',
  outside_ports: 'inet_proto . inet_service : verdict',
  backends: 'ip daddr . meta l4proto . th dport . numgen random mod 65536 : ip daddr . th dport',
  port_backends: 'meta l4proto . th dport . numgen random mod 65536 : ip daddr . th dport',
  outside_backends: 'ip daddr . meta l4proto . th dport . numgen random mod 65536 : ip daddr . th dport',
  outside_port_backends: 'meta l4proto . th dport . numgen random mod 65536 : ip daddr . th dport',
  remember: 'ipv4_addr . inet_proto . inet_service . ipv4_addr . inet_service : verdict',
  remember_ports: 'inet_proto . inet_service . ipv4_addr . inet_service : verdict',
  unserved: 'ipv4_addr . inet_proto . inet_service : verdict',
  unserved_ports: 'inet_proto . inet_service : verdict',
  hairpin: 'ipv4_addr . ipv4_addr : verdict',
} as const;

/** The maps that the agent writes. `sticky` and `sticky_ports` are written by packets and are not among them. */
export type MapName = keyof typeof mapTypes;

/** All map names, in a fixed order. */
export const mapNames = Object.keys(mapTypes) as readonly MapName[];

/** What the table holds: per map its elements, keys and values as nft prints them, such as `10.96.0.10 . tcp . 80` and `goto cluster_3`. */
export type Ruleset = Readonly<Record<MapName, ReadonlyMap<string, string>>>;

/** What the rules must know of the node they are for. */
export interface NodeFacts {
  readonly nodeName: string;
  /** The range of this node's Pods. */
  readonly podCIDR: string;
  /** The range of all Pods. */
  readonly clusterCIDR: string;
  /** The range of cluster IPs. */
  readonly serviceCIDR: string;
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
