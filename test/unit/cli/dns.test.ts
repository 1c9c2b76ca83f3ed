import { afterAll, beforeAll, expect, test } from 'vitest';
import { createForwarder } from '../../../agent/dns/forwarder.ts';
import { listen } from '../../../agent/dns/listen.ts';
import type { Listener } from '../../../agent/dns/listen.ts';
import { createRespond } from '../../../agent/dns/respond.ts';
import type { CommandContext } from '../../../src/cli/command.ts';
import { candidates } from '../../../src/cli/commands/dns.ts';
import { commands } from '../../../src/cli/commands/index.ts';
import { runCommand } from '../../../src/cli/run-command.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { host, indexOf, service, servicePort, slice } from '../agent/dns/fixtures.ts';

const index = indexOf([
  service('web', { clusterIP: '10.96.3.4', ports: [servicePort({ port: 80, name: 'http' })] }), service('db', { clusterIP: 'None' }, 'data'), service('out', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' }),
], [slice('db', [host('10.244.1.2', 'db-0')], { namespace: 'data' })]);
let dns: Listener;
beforeAll(async () => {
  const forwarder = createForwarder({ upstreams: () => Promise.resolve([]), clock: systemClock });
  dns = await listen(createRespond({ index: () => index, facts: { zone: 'cluster.local', ranges: ['10.96.0.0/16', '10.244.0.0/16'] }, forwarder }), '127.0.0.1', 0);
});
afterAll(async () => dns[Symbol.asyncDispose]());

/** Exit code and what was printed or complained of. */
async function gantry(...argv: readonly string[]): Promise<readonly [number, string]> {
  let output = '';
  const out = (text: string) => { output += text; };
  const context = { print: out, [Symbol.asyncDispose]: () => Promise.resolve() } as unknown as CommandContext & AsyncDisposable;
  return [await runCommand([...argv, '--at', `127.0.0.1:${dns.port}`], commands, () => context, out, out), output];
}

test.each([
  [['web'], /^NAME +TYPE +ANSWER\nweb\.default\.svc\.cluster\.local +A +10\.96\.3\.4\n$/],
  [['db', '-n', 'data'], /db\.data\.svc\.cluster\.local +A +10\.244\.1\.2/],
  [['db-0.db.data'], /db-0\.db\.data\.svc\.cluster\.local +A +10\.244\.1\.2/],
  [['_http._tcp.web', '-t', 'srv'], /SRV +0 100 80 web\.default\.svc\.cluster\.local/],
  [['10.96.3.4'], /4\.3\.96\.10\.in-addr\.arpa +PTR +web\.default\.svc\.cluster\.local/],
  [['out', '-t', 'CNAME'], /CNAME +web\.default\.svc\.cluster\.local/],
  [['dns-version', '-t', 'TXT'], /dns-version\.cluster\.local +TXT +"1\.1\.0"/],
] as const)('gantry dns %j', async (argv, expected) => {
  const [code, output] = await gantry('dns', ...argv);
  expect(output).toMatch(expected);
  expect(code).toBe(0);
});

test('what is not there is said, with the names that were tried', async () => {
  expect(await gantry('dns', 'nobody.default.svc.cluster.local.')).toEqual([1, 'there is no name nobody.default.svc.cluster.local\n']);
  expect(await gantry('dns', 'web.default.svc.cluster.local.', '-t', 'AAAA')).toEqual([1, 'web.default.svc.cluster.local has no record of type AAAA\n']);
  expect((await gantry('dns', 'web', '-t', 'nonsense'))[0]).toBe(2);
});

test('names are completed as in a Pod', () => {
  expect(candidates('web', 'shop', 'cluster.local')).toEqual(['web.shop.svc.cluster.local', 'web.svc.cluster.local', 'web.cluster.local', 'web']);
  expect(candidates('a.b.c.d.e.f', 'shop', 'cluster.local')[0]).toBe('a.b.c.d.e.f');
  expect(candidates('example.com.', 'shop', 'cluster.local')).toEqual(['example.com']);
});
