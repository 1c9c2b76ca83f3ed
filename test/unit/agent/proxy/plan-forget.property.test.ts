import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planForget, renderForget } from '../../../../agent/proxy/plan-forget.ts';
import { planRuleset } from '../../../../agent/proxy/plan-ruleset.ts';
import type { StickyClient } from '../../../../agent/proxy/read-ruleset.ts';
import { splitSlot } from '../../../../agent/proxy/ruleset.ts';
import type { Ruleset } from '../../../../agent/proxy/ruleset.ts';
import { cluster } from './arbitraries.ts';
import type { Cluster } from './arbitraries.ts';
import { facts } from './fixtures.ts';

const inside = ['10.244.1.2', '10.244.1.77'], outside = ['192.0.2.1', '10.244.2.2', '10.0.0.9'];
const rulesOf = ({ services, slices }: Cluster): Ruleset => planRuleset(services, slices, facts);

/** A client of every kind at every pair of front and backend that any of these rules remember. */
function clientsOf(...all: readonly Ruleset[]): readonly StickyClient[] {
  return (['sticky', 'sticky_ports'] as const).flatMap((map) => {
    const pairs = new Set(all.flatMap((rules) => [...rules[map === 'sticky' ? 'remember' : 'remember_ports'].keys()]));
    return [...pairs].flatMap((pair) => [...inside, ...outside].map((client): StickyClient => {
      const parts = pair.split(' . ');
      const front = parts.slice(0, -2).join(' . ');
      return { map, client, front, backend: parts.slice(-2).join(' . '), key: `${client} . ${front}` };
    }));
  });
}

/** Where packets of a client may still be sent at a front, by a look at all elements of the maps. From inside, what serves others there is as good. */
function backendsFor({ map, client, front }: StickyClient, rules: Ruleset): readonly string[] {
  const [own, foreign] = map === 'sticky' ? [rules.backends, rules.outside_backends] as const : [rules.port_backends, rules.outside_port_backends] as const;
  const at = (slots: ReadonlyMap<string, string>): string[] => [...slots].flatMap(([key, backend]) => (splitSlot(key).front === front ? [backend] : []));
  if (inside.includes(client)) return [...at(own), ...at(foreign)];
  return at(foreign).length > 0 ? at(foreign) : at(own);
}

it('after any change exactly those clients are kept whose backend still serves them at that front', () => {
  fc.assert(fc.property(cluster, cluster, (before, after) => {
    const rules = rulesOf(after);
    const clients = clientsOf(rulesOf(before), rules);
    const remembered = (one: StickyClient): boolean => rules[one.map === 'sticky' ? 'remember' : 'remember_ports'].has(`${one.front} . ${one.backend}`);
    const wanted = clients.filter((one) => !remembered(one) || !backendsFor(one, rules).includes(one.backend));
    expect(planForget(clients, rules, facts)).toEqual(wanted);
  }));
});

it('without a change no client from inside is forgotten, and what remains after forgetting rests', () => {
  fc.assert(fc.property(cluster, (one) => {
    const rules = rulesOf(one);
    const clients = clientsOf(rules);
    const gone = planForget(clients, rules, facts);
    expect(gone.filter(({ client }) => inside.includes(client))).toEqual([]);
    expect(planForget(clients.filter((each) => !gone.includes(each)), rules, facts)).toEqual([]);
  }));
});

it('the statement names every forgotten client once, in its own map', () => {
  fc.assert(fc.property(cluster, (one) => {
    const clients = clientsOf(rulesOf(one));
    const named = renderForget(clients).split('\n').slice(0, -1).map((line) => /^delete element ip gantry (\S+) \{ (.+) \}$/.exec(line)?.slice(1));
    expect(named).toEqual(clients.map(({ map, key }) => [map, key]));
  }));
});
