import { expect, test } from 'vitest';
import { planForget, renderForget } from '../../../../agent/proxy/plan-forget.ts';
import { planRuleset } from '../../../../agent/proxy/plan-ruleset.ts';
import { readRuleset } from '../../../../agent/proxy/read-ruleset.ts';
import type { StickyClient } from '../../../../agent/proxy/read-ruleset.ts';
import { endpoint, facts, service, servicePort, slice } from './fixtures.ts';

const map = (name: string, elem?: readonly unknown[], table = 'gantry') => ({ map: { family: 'ip', name, table, elem } });

test('reads back what nft lists', () => {
  const found = readRuleset(JSON.stringify({ nftables: [
    { metainfo: { version: '1.0.6' } },
    map('addresses', [[{ concat: ['10.96.0.10', 'tcp', 80] }, { goto: { target: 'cluster_1' } }]]),
    map('unserved', [[{ concat: ['10.96.0.11', 'udp', 53] }, { drop: null }]]),
    map('port_backends_12', [[{ concat: ['tcp', 30080] }, { concat: ['10.244.1.2', 8080] }]]),
    map('backends_slots', [[0, { jump: { target: 'to_backends_0' } }]]),
    map('sticky_ports', [[{ elem: { val: { concat: ['10.0.0.9', 'tcp', 30080] }, timeout: 60, expires: 7 } }, { concat: ['10.244.1.2', 8080] }]]),
    map('guarded', [[{ concat: ['10.100.0.9', 'tcp', 80] }, { jump: { target: 'guard' } }]]),
    map('allowed', [[{ concat: ['10.100.0.9', 'tcp', 80, { prefix: { addr: '10.0.0.0', len: 8 } }] }, { return: null }], [{ concat: ['10.100.0.9', 'tcp', 80, '192.0.2.1'] }, { return: null }]]),
    map('layout_abc'),
    map('addresses', [[{ concat: ['1.1.1.1', 'tcp', 1] }, { drop: null }]], 'other'),
  ] }));
  expect(found?.ruleset.addresses).toEqual(new Map([['10.96.0.10 . tcp . 80', 'goto cluster_1']]));
  expect(found?.ruleset.unserved).toEqual(new Map([['10.96.0.11 . udp . 53', 'drop']]));
  expect(found?.ruleset.port_backends).toEqual(new Map([['tcp . 30080 . 12', '10.244.1.2 . 8080']]));
  expect(found?.ruleset.guarded).toEqual(new Map([['10.100.0.9 . tcp . 80', 'jump guard']]));
  expect(found?.ruleset.allowed).toEqual(new Map([['10.100.0.9 . tcp . 80 . 10.0.0.0/8', 'return'], ['10.100.0.9 . tcp . 80 . 192.0.2.1', 'return']]));
  expect(found?.clients).toEqual([{ map: 'sticky_ports', key: '10.0.0.9 . tcp . 30080', client: '10.0.0.9', front: 'tcp . 30080', backend: '10.244.1.2 . 8080' }]);
  expect(found?.markers).toEqual(['layout_abc']);
});

test('no table is undefined', () => expect(readRuleset('{"nftables": [{"metainfo": {}}]}')).toBeUndefined());

test('clients of a removed backend are forgotten, and outside clients of one that is no longer meant for them', () => {
  const spec = { type: 'NodePort', clusterIP: '10.96.0.10', ports: [servicePort({ port: 80, nodePort: 30080 })], sessionAffinity: 'ClientIP' } as const;
  const endpoints = [endpoint('10.244.1.2'), endpoint('10.244.2.2', 'node-2')];
  const client = (address: string, backend: string): StickyClient => ({ map: 'sticky_ports', key: `${address} . tcp . 30080`, client: address, front: 'tcp . 30080', backend });
  const clients = [client('192.0.2.1', '10.244.1.2 . 8080'), client('192.0.2.2', '10.244.2.2 . 8080'), client('10.244.1.7', '10.244.2.2 . 8080'), client('192.0.2.3', '10.244.1.9 . 8080')];
  const forgotten = (policy: 'Cluster' | 'Local') => planForget(clients, planRuleset([service('web', { ...spec, externalTrafficPolicy: policy })], [slice('web', endpoints)], facts), facts).map((c) => c.client);
  expect(forgotten('Cluster')).toEqual(['192.0.2.3']);
  expect(forgotten('Local')).toEqual(['192.0.2.2', '192.0.2.3']);
  expect(renderForget(clients.slice(0, 1))).toBe('delete element ip gantry sticky_ports { 192.0.2.1 . tcp . 30080 }\n');
});
