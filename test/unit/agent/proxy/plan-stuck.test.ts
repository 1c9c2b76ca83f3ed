import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readConnections } from '../../../../agent/proxy/cut-flows.ts';
import { planRuleset } from '../../../../agent/proxy/plan-ruleset.ts';
import { planStuck } from '../../../../agent/proxy/plan-stuck.ts';
import type { Connection } from '../../../../agent/proxy/plan-stuck.ts';
import { isSlotted, mapNames, splitSlot } from '../../../../agent/proxy/ruleset.ts';
import type { Ruleset } from '../../../../agent/proxy/ruleset.ts';
import { cluster } from './arbitraries.ts';
import { endpoint, facts, service, servicePort, slice } from './fixtures.ts';

/** Every connection of TCP that rules would make; those to a port of the node come in at its address. */
function connectionsOf(rules: Ruleset): readonly Connection[] {
  return mapNames.filter(isSlotted).flatMap((map) => [...rules[map]].flatMap(([key, backend]) => {
    const [port, protocol, address = facts.nodeIP] = splitSlot(key).front.split(' . ').toReversed();
    return protocol === 'tcp' ? [{ address, port: Number(port), backend }] : [];
  }));
}

const rules = cluster.map(({ services, slices }) => planRuleset(services, slices, facts));

describe('for any two states', () => {
  test('what a new client could get is never stuck; what it could not get, of a front that is there, is', () => {
    fc.assert(fc.property(rules, rules, (before, next) => {
      expect(planStuck(connectionsOf(next), next, facts)).toEqual([]);
      const wanted = new Set(connectionsOf(next).map((connection) => JSON.stringify(connection)));
      const fronts = new Set(connectionsOf(next).map(({ address, port }) => `${address} ${port}`));
      const stuck = planStuck(connectionsOf(before), next, facts);
      expect(new Set(stuck.map((connection) => JSON.stringify(connection))).size).toBe(stuck.length);
      for (const connection of connectionsOf(before).filter(({ address, port }) => fronts.has(`${address} ${port}`) && address !== facts.nodeIP)) {
        expect(stuck.some((other) => JSON.stringify(other) === JSON.stringify(connection))).toBe(!wanted.has(JSON.stringify(connection)));
      }
    }));
  });
});

const web = service('web', { type: 'NodePort', clusterIP: '10.96.0.10', ports: [servicePort({ port: 80, nodePort: 30080 })] });
const state = planRuleset([web], [slice('web', [endpoint('10.244.1.2')])], facts);

test.each([
  ['the endpoint is another one', { address: '10.96.0.10', port: 80, backend: '10.244.1.9 . 8080' }, true],
  ['the endpoint has another port', { address: '10.96.0.10', port: 80, backend: '10.244.1.2 . 8081' }, true],
  ['the endpoint of a port of the node is another one', { address: '10.99.0.1', port: 30080, backend: '10.244.1.9 . 8080' }, true],
  ['the Service is gone', { address: '10.96.0.77', port: 80, backend: '10.244.1.9 . 8080' }, true],
  ['the endpoint is there', { address: '10.96.0.10', port: 80, backend: '10.244.1.2 . 8080' }, false],
  ['the endpoint of a port of the node is there', { address: '127.0.0.1', port: 30080, backend: '10.244.1.2 . 8080' }, false],
  ['it went straight to a Pod', { address: '10.244.1.9', port: 8080, backend: '10.244.1.9 . 8080' }, false],
  ['it goes to the same port of a machine elsewhere', { address: '192.0.2.1', port: 30080, backend: '192.0.2.1 . 30080' }, false],
  ['somebody else sent it elsewhere', { address: '10.99.0.1', port: 5432, backend: '172.17.0.2 . 5432' }, false],
])('%s: %o', (_what, connection, isStuck) => { expect(planStuck([connection], state, facts)).toEqual(isStuck ? [connection] : []); });

test('a front that has lost all its endpoints', () => {
  const lost = [{ address: '10.96.0.10', port: 80, backend: '10.244.1.2 . 8080' }, { address: '10.99.0.1', port: 30080, backend: '10.244.1.2 . 8080' }];
  expect(planStuck(lost, planRuleset([web], [], facts), facts)).toEqual(lost);
});

test('connections are read as conntrack prints them', () => {
  expect(readConnections([
    'tcp      6 118 SYN_SENT src=10.244.1.4 dst=10.96.0.10 sport=40001 dport=80 [UNREPLIED] src=10.244.1.3 dst=10.244.1.4 sport=8082 dport=40001 mark=0 use=1',
    'tcp      6 9 CLOSE src=10.244.1.4 dst=10.96.0.10 sport=40002 dport=80 src=10.244.1.3 dst=10.244.1.4 sport=8081 dport=40002 [ASSURED] mark=0 use=1',
    'tcp      6 8 CLOSE src=10.99.0.9 dst=10.99.0.1 sport=40002 dport=30080 packets=1 bytes=60 src=10.244.1.3 dst=10.244.1.1 sport=8081 dport=31337 packets=1 bytes=40 [ASSURED] mark=0 use=2',
    '',
  ].join('\n'))).toEqual([{ address: '10.96.0.10', port: 80, backend: '10.244.1.3 . 8082' }, { address: '10.96.0.10', port: 80, backend: '10.244.1.3 . 8081' }, { address: '10.99.0.1', port: 30080, backend: '10.244.1.3 . 8081' }]);
});
