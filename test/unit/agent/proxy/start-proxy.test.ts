import { pino } from 'pino';
import { expect, test } from 'vitest';
import { CommandError } from '../../../../agent/host/host.ts';
import type { Host } from '../../../../agent/host/host.ts';
import { startProxy } from '../../../../agent/proxy/start-proxy.ts';
import type { ServiceView } from '../../../../agent/proxy/start-proxy.ts';
import type { Service } from '../../../../src/model/object.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { endpoint, facts, service, servicePort, slice } from './fixtures.ts';
import { soon } from '../../../support/soon.ts';

const web = service('web', { clusterIP: '10.96.0.10', ports: [servicePort({ port: 80 })] });

/** A proxy whose node is made up: `scripts` are what nft was given. */
function setUp(answer: (program: string, args: readonly string[]) => string = () => '') {
  const scripts: string[] = [];
  const lines: string[] = [];
  const clock = manualClock();
  const listeners = new Set<(keys: readonly string[]) => void>();
  let services: readonly Service[] = [];
  const view = { synced: true as boolean, services: () => services, endpointSlices: () => [slice('web', [endpoint('10.244.1.2')])],
    onChange: (listener: (keys: readonly string[]) => void) => { listeners.add(listener); return () => listeners.delete(listener); } } satisfies ServiceView;
  const host: Host = {
    async run(program, args, input) {
      const text = answer(program, args);
      if (program === 'nft' && input !== undefined) scripts.push(input);
      return text || (args.includes('maps') ? '{"nftables": []}' : '');
    },
  };
  const proxy = startProxy({ ...facts, view, clock, host, logger: pino({ level: 'info' }, { write: (line: string) => { lines.push(JSON.parse(line).msg as string); } }) });
  const change = (next: readonly Service[], ...keys: readonly string[]): void => {
    services = next;
    for (const listener of listeners) listener(keys);
  };
  return { proxy, clock, view, scripts, lines, change };
}

test('nothing is touched before the first complete state', async () => {
  const { proxy, clock, view, scripts, change } = setUp();
  view.synced = false;
  clock.advance(120_000);
  await Promise.resolve();
  expect(scripts).toEqual([]);
  view.synced = true;
  change([web], 'synced');
  clock.advance(10);
  await soon(() => expect(scripts).toHaveLength(1));
  await proxy[Symbol.asyncDispose]();
});

test('a burst is one transaction, and changes of other kinds are none', async () => {
  const { proxy, clock, scripts, change } = setUp();
  clock.advance(10);
  await soon(() => expect(scripts).toHaveLength(1));
  for (let i = 0; i < 20; i += 1) {
    change([web], 'Service/default/web', 'EndpointSlice/default/web-1');
    clock.advance(1);
  }
  await soon(() => {
    clock.advance(10);
    expect(scripts).toHaveLength(2);
  });
  expect(scripts[1]).toContain('add element ip gantry addresses { 10.96.0.10 . tcp . 80 : goto cluster_1 }');
  change([], 'Pod/default/web-1');
  clock.advance(1000);
  await proxy[Symbol.asyncDispose]();
  expect(scripts).toHaveLength(2);
});

test.each([
  [new CommandError('nft', 'spawn nft ENOENT'), 'Services do not work on this node: nft: spawn nft ENOENT (install with: apt-get install nftables iptables iproute2)'],
  [new CommandError('nft', 'Error: Operation not permitted (you must be root)\nmore'), 'Services do not work on this node: packet rules need root (nft: Error: Operation not permitted (you must be root))'],
])('what does not work is said in one line and once, and is tried again', async (error, message) => {
  let isBroken = true;
  let attempts = 0;
  const { proxy, clock, lines, scripts } = setUp((program) => {
    if (program !== 'nft' || !isBroken) return '';
    attempts += 1;
    throw error;
  });
  await soon(() => {
    clock.advance(30_000);
    expect(attempts).toBeGreaterThan(3);
  });
  expect(lines).toEqual([message]);
  isBroken = false;
  await soon(() => {
    clock.advance(30_000);
    expect(scripts).not.toEqual([]);
    expect(lines).toEqual([message, 'services work again']);
  });
  await proxy[Symbol.asyncDispose]();
});
