import { readFileSync } from 'node:fs';
import { createClient } from 'graphql-ws';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { readConfig } from '../../../src/main/config.ts';
import { runServer } from '../../../src/main/run-server.ts';
import type { RunningServer } from '../../../src/main/run-server.ts';
import { freePort } from '../../support/free-port.ts';
import { startOtlpReceiver } from '../../support/otlp-receiver.ts';
import type { OtlpReceiver } from '../../support/otlp-receiver.ts';
import { freshDatabase } from '../../support/postgres.ts';
import { soon } from '../../support/soon.ts';

interface Line { readonly level: number; readonly msg: string; readonly operation?: string; readonly actor?: string; readonly code?: string; readonly status?: number; readonly durationMs?: number; readonly requestId?: string; readonly path?: string; readonly results?: number }

const logged: string[] = [];
const secrets = { value: 'c3VwZXItc2VjcmV0LXZhbHVl', clear: 'super-secret-value', badToken: 'not-a-token-but-still-mine', wrong: 'secret typed into the wrong field' };
let server: RunningServer, receiver: OtlpReceiver, database: { readonly url: string; drop(): Promise<void> }, admin: string;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  database = await freshDatabase();
  const config = readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, GANTRY_PORT: '0', GANTRY_LEASE_SECONDS: '3' }, []);
  server = await runServer(config, database.url, pino({ level: 'trace' }, { write: (line: string) => { logged.push(line); } }));
  admin = (await server.store.credentials.issue({ type: 'admin', name: 'test' })).token;
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await database.drop();
});

const ask = async (query: string, variables: object = {}, token = admin) => {
  const response = await fetch(server.url, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify({ query, variables }) });
  return { id: response.headers.get('x-request-id'), text: await response.text() };
};
const metrics = async () => (await fetch(new URL('/metrics', server.url))).text();
const lines = (): readonly Line[] => logged.map((line) => JSON.parse(line) as Line);
const requests = () => lines().filter(({ msg }) => msg === 'request');

const createPod = 'mutation($input: PodInput!) { createPod(input: $input) { revision } }';
const pod = { metadata: { name: 'lonely' }, spec: { containers: [{ name: 'app', image: 'app' }] } };
const createSecret = 'mutation($input: SecretInput!) { createSecret(input: $input) { secret { data } } }';

test('what an operator graphs is there: requests, commits, queues, scheduling, leadership, state', async () => {
  await ask(createPod, { input: pod });
  await expect.poll(metrics).toMatch(/gantry_scheduler_pods\{place="refused"\} 1/);
  const names = [
    'gantry_api_operation_seconds_count{operation="mutation createPod",transport="http",outcome="ok"} 1', 'gantry_leader{lease="kube-scheduler"} 1', 'gantry_scheduler_refusals_total{filter="no-nodes"}',
    'gantry_store_commit_seconds_count{outcome="ok"}', 'gantry_store_batch_change_sets_count', 'gantry_store_batch_seconds_count', 'gantry_controller_reconcile_seconds_count{controller="endpoints"}',
    'gantry_controller_queue_keys{controller="endpoints"} 0', 'gantry_nodes{ready="true"} 0', 'gantry_pods{phase="Pending"} 1', 'gantry_objects{kind="Pod"} 1', 'gantry_store_revision', 'process_resident_memory_bytes',
  ];
  const text = await soon(async () => {
    const shown = await metrics();
    for (const name of names) expect(shown).toContain(name);
    return shown;
  });
  for (const line of text.split('\n').filter((each) => each.startsWith('# HELP '))) expect(line.split(' ').length).toBeGreaterThan(4);
  expect(text).not.toContain('lonely');
});

test('what subscribers wait for, and how long keys and Pods wait, is there too', async () => {
  const socket = createClient({ url: server.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { Authorization: `Bearer ${admin}` } });
  const events = socket.iterate<{ configMaps: { type: string } }>({ query: 'subscription { configMaps { type } }' });
  const until = async (type: string) => { while ((await events.next()).value?.data?.configMaps.type !== type); };
  await until('BOOKMARK');
  await ask('mutation { createConfigMap(input: {metadata: {name: "watched"}}) { revision } }');
  await until('ADDED');
  for (const [name, least] of [
    ['gantry_api_watch_lag_seconds_count', 1], ['gantry_api_subscriptions{field="configMaps"}', 1], ['gantry_api_websockets', 1], ['gantry_controller_queue_wait_seconds_count{controller="endpoints"}', 1],
    ['gantry_scheduler_decision_seconds_count{outcome="refused"}', 1], ['gantry_scheduler_queue_wait_seconds_count', 1], ['gantry_scheduler_longest_wait_seconds', 0], ['gantry_store_waiting_change_sets', 0],
  ] as const) await expect.poll(async () => Number((await metrics()).split('\n').find((line) => line.startsWith(`${name} `))?.slice(name.length)), { message: name, timeout: 10_000 }).toBeGreaterThanOrEqual(least);
  await socket.dispose();
});

test("the README's table names every metric of a server, and no other", async () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const told = readme.split('\n').filter((line) => line.startsWith('| `gantry_')).flatMap((line) => [...line.split('|')[1]!.matchAll(/`(gantry_\w+)`/g)].map(([, name]) => name!));
  const found = [...(await metrics()).matchAll(/^# TYPE (gantry_\w+) /gm)].map(([, name]) => name!);
  expect(found.toSorted()).toEqual(told.filter((name) => !name.startsWith('gantry_agent_')).toSorted());
});

test('each request is one line that says what, who, how it ended and how long it took', async () => {
  const { id } = await ask('{ pods { totalCount } }');
  const refused = await ask('{ pods { totalCount } }', {}, secrets.badToken);
  await ask('mutation { deletePod(name: "no-such-pod") { revision } }');
  await fetch(new URL('/healthz', server.url));
  // A line is written when the answer has gone.
  await expect.poll(() => requests().filter(({ path }) => path === '/healthz').length).toBeGreaterThan(0);
  await expect.poll(() => requests().some(({ operation }) => operation === 'mutation deletePod')).toBe(true);
  expect(requests().filter(({ requestId }) => requestId === id)).toMatchObject([{ level: 30, operation: 'query pods', actor: 'admin', status: 200, durationMs: expect.any(Number) as number }]);
  expect(requests().find(({ requestId }) => requestId === refused.id)).toMatchObject({ level: 30, status: 401, code: 'UNAUTHENTICATED' });
  expect(requests().find(({ operation }) => operation === 'mutation deletePod')).toMatchObject({ status: 200, code: 'NOT_FOUND' });
  expect(requests().find(({ path }) => path === '/healthz')).toMatchObject({ level: 20, status: 200 });
});

test('no line and no span holds a secret or a token', async () => {
  const input = { metadata: { name: 'mine' }, data: { password: secrets.value } };
  await ask(createSecret, { input });
  await ask(createSecret, { input });
  await ask(createSecret, { input: { metadata: { name: 'wrong', labels: { [secrets.wrong]: secrets.wrong } }, data: { password: secrets.wrong } } });
  await ask(`mutation { createSecret(input: { metadata: { name: "x" }, stringData: { password: "${secrets.clear}" }, dat: 1 }) { revision } }`);
  await ask('mutation($text: String!) { applyManifests(manifests: $text) { revision } }', { text: `apiVersion: v1\nkind: Secret\nmetadata: {name: applied}\nstringData: {password: ${secrets.clear}}\nunknown: ${secrets.wrong}\n` });
  await ask('{ secret(name: "mine") { data } }');
  // As people do who put a token where it does not belong.
  for (const where of [`?access_token=${secrets.badToken}`, `/${secrets.badToken}`, `?query=%7Brevision%7D&variables=${secrets.badToken}`]) await fetch(server.url + where, { headers: { authorization: `Bearer ${admin}`, 'x-token': secrets.badToken } });
  await fetch(server.url, { headers: { authorization: `Basic ${secrets.badToken}`, cookie: secrets.badToken, traceparent: secrets.badToken } });
  await ask('query ($token: String!) { pod(name: $token) { kind } }', { token: secrets.badToken });
  await ask('query ($token: Int!) { pods(first: $token) { totalCount } }', { token: secrets.badToken });
  await ask(`{ pods(labelSelector: "${secrets.badToken} is (no selector") { totalCount } }`);
  await ask(`mutation { createSecret(input: { metadata: { name: "${secrets.wrong}" }, type: "${secrets.clear}" }) { revision } }`);
  await fetch(`${server.url}?query=${encodeURIComponent('query($name: String!) { secret(name: $name) { data } }')}&variables=${encodeURIComponent(JSON.stringify({ name: secrets.clear }))}`, { headers: { authorization: `Bearer ${admin}` } });
  const join = /"token":"([^"]+)"/.exec((await ask('mutation { createJoinToken { token } }')).text)?.[1] ?? '';
  expect(join).not.toBe('');
  const socket = createClient({ url: server.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { Authorization: `Bearer ${admin}` } });
  const refused = createClient({ url: server.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { Authorization: `Bearer ${secrets.badToken}` } });
  const events = socket.iterate({ query: 'subscription { secrets { type object { data } } }' });
  expect(JSON.stringify((await events.next()).value)).toContain(secrets.value);
  await events.return?.();
  await expect(refused.iterate({ query: '{ pods { totalCount } }' }).next()).rejects.toBeDefined();
  await Promise.all([socket.dispose(), refused.dispose()]);
  await expect.poll(() => requests().find(({ operation }) => operation === 'subscription secrets')?.results).toBeGreaterThan(0);
  await server.stop();
  const { spans } = receiver;
  const request = spans.find(({ name }) => name === 'mutation createSecret');
  const registry = spans.find(({ name, parentSpanId }) => name === 'registry commit' && parentSpanId === request?.spanId);
  expect(spans.find(({ name, parentSpanId }) => name === 'store commit' && parentSpanId === registry?.spanId)).toMatchObject({ traceId: request?.traceId, service: 'gantry-server' });
  expect(spans.some(({ name }) => name === 'reconcile')).toBe(true);
  const all = `${logged.join('')}${receiver.text()}`;
  for (const secret of [...Object.values(secrets), admin, join]) expect(all.includes(secret), `"${secret.slice(0, 12)}…" was told`).toBe(false);
});

test('a server without the API answers metrics and health at a port of its own', async () => {
  const port = await freePort();
  const alone = await runServer(readConfig({ GANTRY_METRICS_PORT: String(port), GANTRY_ROLES: 'controllers,scheduler' }, []), database.url, pino({ level: 'silent' }));
  try {
    expect(alone.url).toBe('');
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('process_resident_memory_bytes')]);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/graphql`)).status).toBe(404);
  } finally {
    await alone.stop();
  }
  await expect(fetch(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow('fetch failed');
});
