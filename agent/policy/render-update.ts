import type { Allowance, Chain, Direction, PeerMatch, PortMatch } from './layout.ts';
import type { Elements, Update } from './plan-update.ts';

/** The table of the policies, beside that of the Services. */
export const policyTable = 'gantry_policy';

/** Elements per statement. */
const batch = 1000;

/**
 * The table with nothing in it: two looks at every packet that begins a connection, one for who sends it and one for who gets it, because a Pod of this node may be both.
 * Forwarded packets are seen after the Services' addresses were replaced. What Pods send to this node itself is input: it passes, but for questions to the cluster's DNS.
 */
const skeleton = (answeredHere: readonly string[]): string => `table ip ${policyTable} {
  set itself { type ipv4_addr . ipv4_addr ; }
  map ingress { type ipv4_addr : verdict ; }
  map egress { type ipv4_addr : verdict ; }
  chain egress_forward { type filter hook forward priority filter - 6 ; policy accept ;
    ct state established,related accept
    ip saddr . ip daddr @itself accept
    ip saddr vmap @egress
  }
${answeredHere.length === 0 ? '' : `  chain egress_input { type filter hook input priority filter - 6 ; policy accept ;
    ct state established,related accept
    ip daddr { ${answeredHere.join(', ')} } ip saddr vmap @egress
  }
`}\
  chain ingress_forward { type filter hook forward priority filter - 5 ; policy accept ;
    ct state established,related accept
    ip saddr . ip daddr @itself accept
    ip daddr vmap @ingress
  }
}`;

/** Removes the table, whether it is there or not. */
export const renderRemoval = `table ip ${policyTable}\ndelete table ip ${policyTable}\n`;

/** An update as the text of one `nft -f` transaction: what is new first, then what leads to it, then what nothing leads to any more. `answeredHere`: where this node answers names. */
export function renderUpdate(update: Update, answeredHere: readonly string[]): string {
  return [
    ...(update.isFullLoad ? [renderRemoval, skeleton(answeredHere)] : []),
    ...update.newPeerSets.map(([name, { hasPorts }]) => addSet(name, hasPorts)),
    ...update.newPortSets.map((name) => addSet(name, true)),
    ...update.newChains.flatMap(([name, chain]) => [`add chain ip ${policyTable} ${name}`, ...renderChain(chain).map((rule) => `add rule ip ${policyTable} ${name} ${rule}`)]),
    ...update.deletes.flatMap((elements) => renderElements('delete', elements)),
    ...update.adds.flatMap((elements) => renderElements('add', elements)),
    ...update.oldChains.flatMap((name) => [`flush chain ip ${policyTable} ${name}`, `delete chain ip ${policyTable} ${name}`]),
    ...update.oldSets.map((name) => `delete set ip ${policyTable} ${name}`),
    '',
  ].join('\n');
}

/** The rules of a chain: what is allowed is accepted, all else dropped. */
export function renderChain({ direction, allowances }: Chain): readonly string[] {
  return [...allowances.map((allowance) => renderAllowance(direction, allowance)), 'drop'];
}

function renderAllowance(direction: Direction, { peer, port }: Allowance): string {
  return [...(peer ? renderPeer(direction === 'ingress' ? 'ip saddr' : 'ip daddr', peer) : []), ...(port ? [renderPort(port)] : []), 'accept'].join(' ');
}

function renderPeer(field: string, peer: PeerMatch): readonly string[] {
  if ('set' in peer) return [`${field} @${peer.set}`];
  return [...(peer.range === '0.0.0.0/0' ? [] : [`${field} ${peer.range}`]), ...(peer.except.length > 0 ? [`${field} != { ${peer.except.join(', ')} }`] : [])];
}

function renderPort(port: PortMatch): string {
  if ('set' in port) return `ip daddr . meta l4proto . th dport @${port.set}`;
  if (!port.spans) return `meta l4proto ${port.protocol}`;
  return `${port.protocol} dport { ${port.spans.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(', ')} }`;
}

function addSet(name: string, hasPorts: boolean): string {
  return `add set ip ${policyTable} ${name} { type ${hasPorts ? 'ipv4_addr . inet_proto . inet_service' : 'ipv4_addr'} ; }`;
}

function renderElements(verb: 'add' | 'delete', { target, elements }: Elements): readonly string[] {
  const statements: string[] = [];
  for (let from = 0; from < elements.length; from += batch) statements.push(`${verb} element ip ${policyTable} ${target} { ${elements.slice(from, from + batch).join(', ')} }`);
  return statements;
}
