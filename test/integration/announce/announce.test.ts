import { execFileSync } from 'node:child_process';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBalancedAddresses, removeBalancedAddresses } from '../../../agent/announce/balanced-addresses.ts';
import { startAnnouncing } from '../../../agent/announce/start-announcing.ts';
import { createHost } from '../../../agent/host/host.ts';
import type { Host } from '../../../agent/host/host.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { service, withAnnounced } from '../../unit/agent/proxy/fixtures.ts';
import { FakeView } from '../proxy/support/fake-view.ts';
import { soon } from '../../support/soon.ts';

const address = '10.97.0.200';
const nameOf = (place: string): string => `tga-${process.pid}-${place}`;
const hostOf = (place: string): Host => createHost(['nsenter', `--net=/run/netns/${nameOf(place)}`]);
const ip = (...args: readonly string[]): string => execFileSync('ip', args, { stdio: 'pipe' }).toString();
const view = new FakeView();
const nodes: AsyncDisposable[] = [];

/** Two nodes and a client, joined by a bridge in a namespace of its own. */
beforeAll(() => {
  ip('netns', 'add', nameOf('switch'));
  ip('-n', nameOf('switch'), 'link', 'add', 'br0', 'type', 'bridge');
  ip('-n', nameOf('switch'), 'link', 'set', 'br0', 'up');
  ['node-1', 'node-2', 'client'].forEach((place, i) => {
    ip('netns', 'add', nameOf(place));
    ip('-n', nameOf(place), 'link', 'set', 'lo', 'up');
    ip('link', 'add', 'eth0', 'netns', nameOf(place), 'type', 'veth', 'peer', 'name', place, 'netns', nameOf('switch'));
    ip('-n', nameOf('switch'), 'link', 'set', place, 'master', 'br0', 'up');
    ip('-n', nameOf(place), 'addr', 'add', `10.97.0.${i + 1}/24`, 'dev', 'eth0');
    ip('-n', nameOf(place), 'link', 'set', 'eth0', 'up');
  });
  for (const [i, nodeName] of ['node-1', 'node-2'].entries()) {
    nodes.push(startAnnouncing({ nodeName, nodeIP: `10.97.0.${i + 1}`, clusterCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/16', view, clock: systemClock, logger: pino({ level: 'warn' }), host: hostOf(nodeName) }));
  }
});
afterAll(async () => {
  await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
  for (const place of ['switch', 'node-1', 'node-2', 'client']) ip('netns', 'del', nameOf(place));
});

const answerFrom = (nodeName: string): void => view.set([withAnnounced(service('web', { type: 'LoadBalancer' }), address, nodeName)], []);
const hardwareOf = (place: string): string => (JSON.parse(ip('-j', '-n', nameOf(place), 'link', 'show', 'eth0')) as [{ address: string }])[0].address;
const holds = async (nodeName: string): Promise<boolean> => (await readBalancedAddresses(hostOf(nodeName))).includes(address);
/** Where the client sends what is for the address: it has asked for it before, and does not ask again. */
const knownTo = (): string | undefined => (JSON.parse(ip('-j', '-n', nameOf('client'), 'neigh', 'show', address) || '[]') as { lladdr?: string }[])[0]?.lladdr;
const wait = (look: () => unknown) => soon(look);

test('a machine on the link finds the node that is named, without a route, and follows when another one is', async () => {
  answerFrom('node-1');
  await wait(async () => expect([await holds('node-1'), await holds('node-2')]).toEqual([true, false]));
  await wait(async () => { await hostOf('client').run('busybox', ['ping', '-c', '1', '-W', '1', address]); });
  expect(knownTo()).toBe(hardwareOf('node-1'));
  answerFrom('node-2');
  await wait(async () => expect([await holds('node-1'), await holds('node-2')]).toEqual([false, true]));
  // Told, not asked: nothing was sent meanwhile.
  await wait(() => expect(knownTo()).toBe(hardwareOf('node-2')));
  await hostOf('client').run('busybox', ['ping', '-c', '1', '-W', '5', address]);
});

test('an agent that is gone lets its addresses lapse', async () => {
  await Promise.all(nodes.splice(0).map((node) => node[Symbol.asyncDispose]()));
  const [lent] = (JSON.parse(ip('-j', '-4', '-n', nameOf('node-2'), 'address', 'show', 'dev', 'lo')) as [{ addr_info: { local: string; valid_life_time: number }[] }])[0].addr_info.filter(({ local }) => local === address);
  expect(lent!.valid_life_time).toBeLessThanOrEqual(40);
  await removeBalancedAddresses(hostOf('node-2'));
  expect(await holds('node-2')).toBe(false);
  await removeBalancedAddresses(hostOf('node-2'));
});
