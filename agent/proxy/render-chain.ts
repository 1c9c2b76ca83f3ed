import { isSlotted, parseBalanceChainName } from './ruleset.ts';
import type { NodeFacts, SlottedMapName, Treatment } from './ruleset.ts';

/** Bit of the packet mark that says "masquerade"; Kubernetes uses the same one. */
export const masqueradeMark = '0x4000';

const byAddress = 'ip daddr . meta l4proto . th dport';
const byPort = 'meta l4proto . th dport';

const keys: Readonly<Record<Treatment, { front: string; backends: SlottedMapName; sticky: string }>> = {
  cluster: { front: byAddress, backends: 'backends', sticky: 'sticky' },
  external: { front: byAddress, backends: 'backends', sticky: 'sticky' },
  node: { front: byPort, backends: 'port_backends', sticky: 'sticky_ports' },
  outside_external: { front: byAddress, backends: 'outside_backends', sticky: 'sticky' },
  outside_node: { front: byPort, backends: 'outside_port_backends', sticky: 'sticky_ports' },
};

/**
 * The rules of a chain whose name some verdict goes to, or undefined for chains of the layout itself.
 * `cluster_3` and the like balance; `remember_10800` and `remember_port_10800` note who went where, for so many seconds.
 */
export function renderChain(name: string, facts: NodeFacts): readonly string[] | undefined {
  return renderBalanceChain(name, facts) ?? renderRememberChain(name);
}

function renderBalanceChain(name: string, facts: NodeFacts): readonly string[] | undefined {
  const chain = parseBalanceChainName(name);
  if (!chain) return undefined;
  const { front, backends, sticky } = keys[chain.treatment];
  return [
    ...markRules(chain.treatment, facts),
    ...(chain.isSticky ? [`dnat ip to ip saddr . ${front} map @${sticky}`] : []),
    `numgen random mod ${chain.backends} vmap @${slotChooser(backends)}`,
    // Met by a packet that is under way while the number of backends shrinks: slot 0 is always there.
    ...renderSlot(backends, 0),
  ];
}

function markRules(treatment: Treatment, facts: NodeFacts): readonly string[] {
  const mark = `meta mark set meta mark or ${masqueradeMark}`;
  if (treatment === 'cluster') return [`ip saddr != ${facts.clusterCIDR} ${mark}`];
  return treatment === 'external' || treatment === 'node' ? [mark] : [];
}

function renderRememberChain(name: string): readonly string[] | undefined {
  const match = /^remember_(port_)?(\d+)$/.exec(name);
  if (!match) return undefined;
  const [map, address] = match[1] === undefined ? ['sticky', 'ct original ip daddr . '] : ['sticky_ports', ''];
  return ['tcp', 'udp'].map((protocol) =>
    `meta l4proto ${protocol} update @${map} { ct original ip saddr . ${address}meta l4proto . ct original proto-dst timeout ${match[2]}s : ip daddr . th dport }`);
}

/** The map from a random number to the chain of that slot. */
export function slotChooser(map: SlottedMapName): string {
  return `${map}_slots`;
}

/** The kernel's map of one slot. */
export function slotMapName(map: SlottedMapName, slot: number): string {
  return `${map}_${slot}`;
}

/** What a name of a kernel's map says, where it is one of a slot. */
export function parseSlotMapName(name: string): { readonly map: SlottedMapName; readonly slot: number } | undefined {
  const match = /^(.+)_(\d+)$/.exec(name);
  return match?.[1] !== undefined && isSlotted(match[1]) ? { map: match[1], slot: Number(match[2]) } : undefined;
}

/** The chain that sends packets to the backend of one slot. */
export function slotChainName(map: SlottedMapName, slot: number): string {
  return `to_${slotMapName(map, slot)}`;
}

/** The rules of that chain. */
export function renderSlot(map: SlottedMapName, slot: number): readonly string[] {
  return [`dnat ip to ${map.endsWith('port_backends') ? byPort : byAddress} map @${slotMapName(map, slot)}`];
}
