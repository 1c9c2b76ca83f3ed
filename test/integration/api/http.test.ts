import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSchema, getIntrospectionQuery, parse, validate } from 'graphql';
import { readFileSync } from 'node:fs';
import { firstSteps } from '../../../src/api/playground/first-steps.ts';
import { fragments } from '../../../src/generated/documents.ts';
import { send, startTestApi } from './support.ts';
import type { TestApi } from './support.ts';

let api: TestApi;
beforeAll(async () => { api = await startTestApi(); });
afterAll(() => api[Symbol.asyncDispose]());

const json = { accept: 'application/json' };

describe('status codes and media types', () => {
  test('a token is needed, and nothing is said of a wrong one', async () => {
    for (const token of [undefined, 'wrong', '']) {
      const answer = await send(api.url, token, { query: '{ revision }' });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(answer.errors[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
      expect(answer.text).not.toContain('data');
    }
  });

  test('the answer has the media type that was asked for', async () => {
    const type = async (accept: string) => (await send(api.url, api.admin, { query: '{ revision }' }, { accept })).headers.get('content-type');
    expect(await type('application/graphql-response+json')).toBe('application/graphql-response+json; charset=utf-8');
    expect(await type('application/graphql-response+json, application/json;q=0.9')).toBe('application/graphql-response+json; charset=utf-8');
    expect(await type('application/json')).toBe('application/json; charset=utf-8');
    expect(await type('*/*')).toBe('application/json; charset=utf-8');
    expect((await send(api.url, api.admin, { query: '{ revision }' }, { accept: 'image/png' })).status).toBe(406);
  });

  test.each([
    ['a syntax error', { query: '{' }, 400, 200, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ nothing }' }, 400, 200, 'GRAPHQL_VALIDATION_FAILED'],
    ['a wrong variable', { query: 'query($n: Int) { pods(first: $n) { totalCount } }', variables: { n: 'x' } }, 400, 200, 'BAD_USER_INPUT'],
    ['no query', {}, 400, 400, 'INVALID'],
    ['variables that are no map', { query: '{ revision }', variables: [] }, 400, 400, 'INVALID'],
    ['an unknown operation', { query: 'query A { revision }', operationName: 'B' }, 400, 400, 'OPERATION_RESOLUTION_FAILURE'],
    ['a batch', [{ query: '{ revision }' }], 400, 400, 'INVALID'],
    ['a subscription', { query: 'subscription { pods { type } }' }, 400, 200, 'INVALID'],
    ['a field that fails', { query: '{ pods(first: -1) { totalCount } }' }, 200, 200, 'INVALID'],
  ])('%s', async (_what, body, strict, lenient, code) => {
    const one = await send(api.url, api.admin, body);
    expect([one.status, one.errors[0]?.extensions.code]).toEqual([strict, code]);
    expect((await send(api.url, api.admin, body, json)).status).toBe(lenient);
    expect(one.text).not.toMatch(/stack|node_modules|at .*\.ts/);
  });

  test('bodies are JSON in UTF-8', async () => {
    expect((await send(api.url, api.admin, '{', {})).status).toBe(400);
    expect((await send(api.url, api.admin, '{}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await send(api.url, api.admin, { query: '{ revision }' }, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
    expect((await send(api.url, api.admin, { query: '{ revision }' }, { 'content-type': 'application/json; charset=latin1' })).status).toBe(415);
  });

  test('GET asks queries only', async () => {
    const get = (query: string) => fetch(`${api.url}?query=${encodeURIComponent(query)}`, { headers: { ...json, authorization: `Bearer ${api.admin}` } });
    expect((await fetch(`${api.url}?query=%7Brevision%7D&variables=%5B%5D`, { headers: { ...json, authorization: `Bearer ${api.admin}` } })).status).toBe(400);
    expect(await (await get('{ server { version } }')).json()).toEqual({ data: { server: { version: '0.0.0-test' } } });
    const mutation = await get('mutation { createConfigMap(input: {metadata: {name: "by-get"}}) { revision } }');
    expect([mutation.status, mutation.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await api.get('{ configMap(name: "by-get") { kind } }')).toEqual({ configMap: null });
    expect((await fetch(api.url, { method: 'DELETE', headers: { authorization: `Bearer ${api.admin}` } })).status).toBe(405);
  });
});

describe('limits, each named', () => {
  const refused = async (query: string) => {
    const answer = await send(api.url, api.admin, { query });
    expect([answer.status, answer.errors[0]?.extensions.code]).toEqual([400, 'LIMIT_EXCEEDED']);
    return answer.errors[0]?.message;
  };

  test('the body', async () => {
    const answer = await send(api.url, api.admin, { query: `{ revision } #${'x'.repeat(3 * 1024 * 1024)}` });
    expect([answer.status, answer.errors[0]?.extensions.code]).toEqual([413, 'LIMIT_EXCEEDED']);
    expect(answer.errors[0]?.message).toContain('3145728');
  });

  test('the document', async () => {
    expect(await refused(`{ ${'revision '.repeat(20_001)} }`)).toContain('tokens');
    expect(await refused(`${'{ pods { nodes '.repeat(40)}{ kind }${'} }'.repeat(40)}`)).toContain('depth');
    expect(await refused(`{ server { ${Array.from({ length: 201 }, (_, i) => `a${i}: id`).join(' ')} } }`)).toContain('aliases');
    expect(await refused(`{ revision ${'@skip(if: false) '.repeat(101)} }`)).toContain('directives');
    expect(await refused(`{ ${Array.from({ length: 51 }, (_, i) => `a${i}: revision`).join(' ')} }`)).toContain('root fields');
    const bomb = Array.from({ length: 25 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(' ');
    expect(await refused(`{ ...F0 } ${bomb} fragment F25 on Query { revision }`)).toContain('fields');
    expect(await refused('{a'.repeat(6_000) + '}'.repeat(6_000))).toContain('depth');
  });

  test('leave room for the whole topology and for introspection', async () => {
    const everything = `{ deployments { nodes { ...DeploymentFields replicaSets { nodes { ...ReplicaSetFields pods { nodes { ...PodFields services { ...ServiceFields } node { ...NodeFields } events { ...EventFields } } } } } } } }
      ${['Deployment', 'ReplicaSet', 'Pod', 'Service', 'Node', 'Event'].map((kind) => fragments[kind as keyof typeof fragments]).join(' ')}`;
    for (let i = 0; i < 3; i += 1) expect(await api.get(everything)).toEqual({ deployments: { nodes: [] } });
    expect((await api.get(getIntrospectionQuery({ inputValueDeprecation: true })))['__schema']).toBeDefined();
  });
});

describe('errors', () => {
  test('list every invalid field with its path, from variables and from rules', async () => {
    const create = 'mutation($input: DeploymentInput!) { createDeployment(input: $input) { revision } }';
    const wrongTypes = await api.fail(create, { input: { metadata: { name: 'd', lables: {} }, spec: { replicas: 'three', selector: {}, template: { spec: { containers: [{ name: 'x', image: 5 }] } } } } });
    expect(wrongTypes.extensions.code).toBe('BAD_USER_INPUT');
    const all = (await api.ask(create, { input: { metadata: { name: 'd', lables: {} }, spec: { replicas: 'three', selector: {}, template: { spec: { containers: [{ name: 'x', image: 5 }] } } } } })).errors;
    expect(all.flatMap((error) => error.extensions['fields'] as { path: string }[]).map((field) => field.path)).toEqual(expect.arrayContaining(['metadata', 'spec.replicas', 'spec.template.spec.containers[0].image']));
    expect(all.map((error) => error.message).join(' ')).toContain('Did you mean');
    const wrongRules = await api.fail(create, { input: { metadata: { name: 'D' }, spec: { replicas: -1, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'c' } }, spec: { containers: [] } } } } });
    expect(wrongRules.extensions.code).toBe('INVALID');
    expect((wrongRules.extensions['fields'] as { path: string }[]).map((field) => field.path)).toEqual(expect.arrayContaining(['metadata.name', 'spec.replicas', 'spec.template.spec.containers']));
    expect(wrongRules.extensions['subject']).toMatchObject({ kind: 'Deployment', name: 'D' });
  });

  test('never repeat the value of a Secret', async () => {
    const create = 'mutation($input: SecretInput!) { createSecret(input: $input) { revision } }';
    const answers = [
      await api.ask(create, { input: { metadata: { name: 's' }, stringData: { password: 'hunter2', other: 5 } } }),
      await api.ask(create, { input: { metadata: { name: 's' }, data: { password: 'hunter2 is not base64' } } }),
      await api.ask(create, { input: { metadata: { name: 's' }, stringData: { password: 'hunter2' }, unknown: 'hunter2' } }),
      await api.ask('mutation { createSecret(input: {metadata: {name: "s"}, stringData: {password: "hunter2", other: 5}}) { revision } }'),
      await api.ask('mutation { createSecret(input: {metadata: {name: "s"}, stringData: "hunter2"}) { revision } }'),
    ];
    for (const answer of answers) {
      expect(answer.errors.length).toBeGreaterThan(0);
      expect(answer.text).not.toContain('hunter2');
    }
    expect(api.logged.join('')).not.toContain('hunter2');
  });

  test('a fault of the server gives an id that the log explains, and nothing else', async () => {
    const broken = await startTestApi({ recorder: { record: () => { throw new Error('select secret from "Table"'); } } });
    try {
      for (let i = 0; i < 3; i += 1) {
        const answer = await broken.ask('mutation { recordEvent(input: {involvedObject: {kind: "Pod", name: "x"}, reason: "R", message: "m", component: "c"}) { revision } }');
        const id = String(answer.errors[0]?.extensions['errorId']);
        expect(answer.errors[0]?.extensions.code).toBe('INTERNAL');
        expect(answer.text).not.toContain('select');
        expect(broken.logged.some((line) => line.includes(id) && line.includes('select secret'))).toBe(true);
      }
    } finally {
      await broken[Symbol.asyncDispose]();
    }
  });
});

describe('other routes', () => {
  test('health, readiness and metrics', async () => {
    expect(await (await fetch(`${api.origin}/healthz`)).text()).toBe('ok\n');
    expect((await fetch(`${api.origin}/readyz`)).status).toBe(200);
    await api.get('{ pods { totalCount } }');
    const metrics = await (await fetch(`${api.origin}/metrics`)).text();
    expect(metrics).toMatch(/gantry_api_operation_seconds_count\{operation="query pods",transport="http",outcome="ok"\} \d+/);
    expect(metrics).toMatch(/gantry_store_revision \d+/);
    const forwarded = { 'x-forwarded-for': '192.0.2.1' };
    expect((await fetch(`${api.origin}/metrics`, { headers: forwarded })).status).toBe(401);
    expect((await fetch(`${api.origin}/metrics`, { headers: { ...forwarded, authorization: `Bearer ${await api.token({ type: 'node', name: 'n' })}` } })).status).toBe(403);
    expect((await fetch(`${api.origin}/metrics`, { headers: { ...forwarded, authorization: `Bearer ${api.admin}` } })).status).toBe(200);
    expect((await fetch(`${api.origin}/elsewhere`)).status).toBe(404);
  });

  test('the playground comes from this server alone', async () => {
    const page = await fetch(api.url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    const html = await page.text();
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(html).not.toMatch(/https?:\/\//);
    const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(files.length).toBeGreaterThan(4);
    for (const file of [...files, '/graphql/first-steps.json', '/graphql/graphql-ws/client.js']) {
      const asset = await fetch(`${api.origin}${file}`);
      expect([file, asset.status]).toEqual([file, 200]);
      for (const [, part] of (await asset.text()).matchAll(/from '\.\/(common-[^']+)'/g)) expect((await fetch(`${api.origin}/graphql/graphql-ws/${part}`)).status).toBe(200);
      expect((await fetch(`${api.origin}${file}`, { headers: { 'if-none-match': asset.headers.get('etag') ?? '' } })).status).toBe(304);
    }
    expect((await fetch(`${api.origin}/graphql/..%2f..%2fpackage.json`)).status).toBe(404);
  });

  test('its first steps are valid', () => {
    const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'), { assumeValidSDL: true });
    for (const { query } of firstSteps) expect(validate(schema, parse(query))).toEqual([]);
  });
});
