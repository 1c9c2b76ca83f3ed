import { Resolver } from 'node:dns/promises';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { startDns } from '../../../../agent/dns/start-dns.ts';
import type { RunningDns } from '../../../../agent/dns/start-dns.ts';
import { CommandError } from '../../../../agent/host/host.ts';
import type { Service } from '../../../../src/model/object.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { service } from './fixtures.ts';
import { freePort } from '../../../support/free-port.ts';
import { soon } from '../../../support/soon.ts';

const address = '127.0.0.1';
const begun: RunningDns[] = [];
afterEach(async () => { for (const dns of begun.splice(0)) await dns[Symbol.asyncDispose](); });

/** A port of loopback on which nothing listens; it is held until let go. */
async function takePort() {
  const socket = createSocket('udp4').bind(await freePort(), address);
  await once(socket, 'listening');
  return { port: socket.address().port, letGo: () => new Promise<void>((resolve) => { socket.close(() => resolve()); }) };
}

/** A DNS on a made-up node whose commands go as `run` says. */
async function setUp(port: number, run: (args: readonly string[]) => Promise<string> = () => Promise.resolve('')) {
  const lines: string[] = [];
  const clock = manualClock();
  const dns = await startDns({
    addresses: [address], port, clusterDomain: 'Cluster.Local.', serviceCIDR: '10.96.0.0/16', clusterCIDR: '10.244.0.0/16', resolvConf: '/nonexistent', clock,
    host: { run: (_, args) => run(args) }, logger: pino({ level: 'error' }, { write: (line: string) => { lines.push(JSON.parse(line).msg as string); } }),
  });
  begun.push(dns);
  return { dns, clock, lines };
}

test('the address is put on lo, and names are answered from the view as it changes', async () => {
  const { port, letGo } = await takePort();
  await letGo();
  const commands: string[] = [];
  const { dns, lines } = await setUp(port, (args) => { commands.push(args.join(' ')); return Promise.resolve(''); });
  expect(commands).toEqual(['address replace 127.0.0.1/32 dev lo scope host label lo:gantry']);
  expect(dns.answering()).toEqual([address]);
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  resolver.setServers([`${address}:${port}`]);
  const ask = () => resolver.resolve4('web.default.svc.cluster.local').catch((error: { code: string }) => error.code);
  expect(await ask()).toBe('ESERVFAIL');

  let web: Service | undefined = service('web', { clusterIP: '10.96.3.4' });
  let tell: (keys: readonly string[]) => void = () => undefined;
  const view = { synced: false, service: () => web, endpointSlice: () => undefined, services: () => [], endpointSlices: () => [], onChange: (listener: typeof tell) => { tell = listener; return () => undefined; } };
  dns.follow(view);
  expect(await ask()).toBe('ESERVFAIL');
  view.synced = true;
  tell(['Service/default/web', 'synced']);
  expect(await ask()).toEqual(['10.96.3.4']);
  web = undefined;
  tell(['Service/default/web']);
  expect(await ask()).toBe('ENOTFOUND');
  expect(lines).toEqual([]);
});

test('without root it says so once, with the way out, and goes on', async () => {
  const { dns, clock, lines } = await setUp(53, () => Promise.reject(new CommandError('ip', 'RTNETLINK answers: Operation not permitted')));
  expect(dns.answering()).toEqual([]);
  clock.advance(120_000);
  await Promise.resolve();
  expect(lines).toEqual([expect.stringContaining('taking the address 127.0.0.1 needs root')]);
});

test('where another program has the port it says so, and listens when the port is free', async () => {
  const { port, letGo } = await takePort();
  const { dns, clock, lines } = await setUp(port);
  expect(dns.answering()).toEqual([]);
  expect(lines).toEqual([expect.stringContaining('another program')]);
  await letGo();
  clock.advance(30_000);
  await soon(() => expect(dns.answering()).toEqual([address]));
});
