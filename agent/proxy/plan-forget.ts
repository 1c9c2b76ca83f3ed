import { isInRange } from './cidr.ts';
import type { StickyClient } from './read-ruleset.ts';
import type { NodeFacts, Ruleset } from './ruleset.ts';

/** The remembered clients that may not go on to their backend: it left the front, or the client comes from outside and the front keeps to this node. */
export function planForget(clients: readonly StickyClient[], rules: Ruleset, facts: NodeFacts): readonly StickyClient[] {
  const outside = { sticky: backendsByFront(rules.outside_backends), sticky_ports: backendsByFront(rules.outside_port_backends) };
  return clients.filter(({ map, client, front, backend }) => {
    if (!rules[map === 'sticky' ? 'remember' : 'remember_ports'].has(`${front} . ${backend}`)) return true;
    const here = outside[map].get(front);
    return here !== undefined && !here.has(backend) && !isInRange(client, facts.podCIDR);
  });
}

/** The statement that forgets clients. It fails as a whole where one of them is gone by itself. */
export function renderForget(clients: readonly StickyClient[]): string {
  return clients.map(({ map, key }) => `delete element ip gantry ${map} { ${key} }\n`).join('');
}

function backendsByFront(map: ReadonlyMap<string, string>): ReadonlyMap<string, ReadonlySet<string>> {
  const fronts = new Map<string, Set<string>>();
  for (const [key, backend] of map) {
    const front = key.slice(0, key.lastIndexOf(' . '));
    fronts.set(front, (fronts.get(front) ?? new Set()).add(backend));
  }
  return fronts;
}
