import { isInRange } from './cidr.ts';
import type { StickyClient } from './read-ruleset.ts';
import type { NodeFacts, Ruleset } from './ruleset.ts';

/**
 * The remembered clients that may not go on to their backend because a new client like them would not be sent there: this node and its Pods go to the backends of
 * the whole cluster, everybody else to this node's own where the front keeps to those.
 */
export function planForget(clients: readonly StickyClient[], rules: Ruleset, facts: NodeFacts): readonly StickyClient[] {
  const inside = { sticky: backendsByFront(rules.backends), sticky_ports: backendsByFront(rules.port_backends) };
  const outside = { sticky: backendsByFront(rules.outside_backends), sticky_ports: backendsByFront(rules.outside_port_backends) };
  return clients.filter(({ map, client, front, backend }) => {
    if (!rules[map === 'sticky' ? 'remember' : 'remember_ports'].has(`${front} . ${backend}`)) return true;
    const open = isFromInside(client, facts) ? undefined : outside[map].get(front);
    return !(open ?? inside[map].get(front))?.has(backend);
  });
}

/** The statement that forgets clients. It fails as a whole where one of them is gone by itself. */
export function renderForget(clients: readonly StickyClient[]): string {
  return clients.map(({ map, key }) => `delete element ip gantry ${map} { ${key} }\n`).join('');
}

function isFromInside(client: string, { podCIDR, nodeIP }: NodeFacts): boolean {
  return client === nodeIP || isInRange(client, podCIDR) || isInRange(client, '127.0.0.0/8');
}

/** The backends of each front, of a map with slots. */
export function backendsByFront(map: ReadonlyMap<string, string>): ReadonlyMap<string, ReadonlySet<string>> {
  const fronts = new Map<string, Set<string>>();
  for (const [key, backend] of map) {
    const front = key.slice(0, key.lastIndexOf(' . '));
    fronts.set(front, (fronts.get(front) ?? new Set()).add(backend));
  }
  return fronts;
}
