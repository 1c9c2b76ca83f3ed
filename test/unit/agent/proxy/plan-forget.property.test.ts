import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planForget, renderForget } from '../../../../agent/proxy/plan-forget.ts';
import { planRuleset } from '../../../../agent/proxy/plan-ruleset.ts';
import { planUpdate } from '../../../../agent/proxy/plan-update.ts';
import type { StickyClient } from '../../../../agent/proxy/read-ruleset.ts';
import { splitSlot } from '../../../../agent/proxy/ruleset.ts';
import type { Ruleset } from '../../../../agent/proxy/ruleset.ts';
import { cluster } from './arbitraries.ts';
import type { Cluster } from './arbitraries.ts';
import { endpoint, facts, service, servicePort, slice } from './fixtures.ts';

const inside = ['10.244.1.2', '10.244.1.77', '10.99.0.1', '127.0.0.1'], outside = ['192.0.2.1', '10.244.2.2', '10.0.0.9'];
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

/** Where packets of a client may still be sent at a front, by a look at all elements of the maps. */
function backendsFor({ map, client, front }: StickyClient, rules: Ruleset): readonly string[] {
  const [own, foreign] = map === 'sticky' ? [rules.backends, rules.outside_backends] as const : [rules.port_backends, rules.outside_port_backends] as const;
  const at = (slots: ReadonlyMap<string, string>): string[] => [...slots].flatMap(([key, backend]) => (splitSlot(key).front === front ? [backend] : []));
  return inside.includes(client) || at(foreign).length === 0 ? at(own) : at(foreign);
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

it('without a change no client is forgotten that packets have bound, and what remains after forgetting rests', () => {
  fc.assert(fc.property(cluster, (one) => {
    const rules = rulesOf(one);
    const clients = clientsOf(rules);
    const gone = planForget(clients, rules, facts);
    expect(gone.filter((each) => backendsFor(each, rules).includes(each.backend))).toEqual([]);
    expect(planForget(clients.filter((each) => !gone.includes(each)), rules, facts)).toEqual([]);
  }));
});

it('a change that leaves somebody bound wrongly is known as one', () => {
  fc.assert(fc.property(cluster, cluster, (before, after) => {
    const [was, is] = [rulesOf(before), rulesOf(after)];
    const bound = clientsOf(was).filter((one) => backendsFor(one, was).includes(one.backend));
    const update = planUpdate(was, is, facts);
    if (planForget(bound, is, facts).length > 0) expect(update?.mayHaveStaleClients).toBe(true);
  }));
});

it('nobody from inside stays with a terminating Pod of this node while a ready one is elsewhere, though those from outside must', () => {
  const sticky = service('web', { type: 'NodePort', clusterIP: '10.96.0.1', externalTrafficPolicy: 'Local', sessionAffinity: 'ClientIP', ports: [servicePort({ port: 80, nodePort: 30_080 })] });
  const at = (state: 'ready' | 'leaving') => planRuleset([sticky], [slice('web', [endpoint('10.244.1.2', 'node-1', state), endpoint('10.244.2.2', 'node-2')])], facts);
  const clients = [...inside, ...outside].map((client): StickyClient => ({ map: 'sticky_ports', key: `${client} . tcp . 30080`, client, front: 'tcp . 30080', backend: '10.244.1.2 . 8080' }));
  expect(planUpdate(at('ready'), at('leaving'), facts)?.mayHaveStaleClients).toBe(true);
  expect(planForget(clients, at('ready'), facts)).toEqual([]);
  expect(planForget(clients, at('leaving'), facts).map(({ client }) => client)).toEqual(inside);
});

it('the statement names every forgotten client once, in its own map', () => {
  fc.assert(fc.property(cluster, (one) => {
    const clients = clientsOf(rulesOf(one));
    const named = renderForget(clients).split('\n').slice(0, -1).map((line) => /^delete element ip gantry (\S+) \{ (.+) \}$/.exec(line)?.slice(1));
    expect(named).toEqual(clients.map(({ map, key }) => [map, key]));
  }));
});
