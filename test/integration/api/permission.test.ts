import { readFileSync } from 'node:fs';
import { buildSchema, getNullableType, isEnumType, isInputObjectType, isListType, isNonNullType, isObjectType, isScalarType } from 'graphql';
import type { GraphQLField, GraphQLInputType, GraphQLOutputType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { follow, podInput, startTestApi } from './support.ts';
import type { TestApi } from './support.ts';

const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'), { assumeValidSDL: true });
let api: TestApi;
let join: string, node: string;
const mirror = { 'kubernetes.io/config.mirror': 'hash' };
beforeAll(async () => {
  api = await startTestApi();
  join = await api.token({ type: 'join', name: 'j' });
  node = await api.token({ type: 'node', name: 'n1' });
  const changes = [{ createNode: { metadata: { name: 'n1' } } }, { createNode: { metadata: { name: 'n2' } } }, ...['used', 'unused'].map((name) => ({ createSecret: { metadata: { name } } })),
    { createPod: podInput('mine', { spec: { nodeName: 'n1', imagePullSecrets: [{ name: 'used' }] } }) }, { createPod: podInput('theirs', { spec: { nodeName: 'n2', imagePullSecrets: [{ name: 'unused' }] } }) }];
  await api.get('mutation($changes: [ChangeInput!]!) { commitChangeSet(changes: $changes) { revision } }', { changes });
});
afterAll(() => api[Symbol.asyncDispose]());

/** A literal that the type takes; only its shape matters, for permission comes before meaning. */
function literal(type: GraphQLInputType, depth = 0): string {
  if (isNonNullType(type)) return literal(type.ofType, depth);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isScalarType(type)) return { Int: '1', Float: '1', Boolean: 'false', StringMap: '{}', QuantityMap: '{}', DateTime: '"2030-01-01T00:00:00Z"', Revision: '"1"' }[type.name] ?? '"x"';
  if (!isInputObjectType(type)) throw new Error(`no literal for ${String(type)}`);
  const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) && field.defaultValue === undefined);
  return `{ ${fields.map((field) => `${field.name}: ${literal(field.type, depth + 1)}`).join(' ')} }`;
}

function selection(type: GraphQLOutputType): string {
  const inner = getNullableType(type);
  if (isListType(inner)) return selection(inner.ofType);
  return isObjectType(inner) ? ' { __typename }' : '';
}

function call(field: GraphQLField<unknown, unknown>): string {
  const required = field.args.filter((argument) => isNonNullType(argument.type) && argument.defaultValue === undefined);
  const args = required.map((argument) => `${argument.name}: ${literal(argument.type)}`);
  return `${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${selection(field.type)}`;
}

const fieldsOf = (root: 'Query' | 'Mutation' | 'Subscription') => {
  const type = schema.getType(root);
  return isObjectType(type) ? Object.values(type.getFields()) : [];
};

/** What a node may ask for whatever the arguments are; everything else needs arguments that are its own. */
const openToNodes = new Set(['Query.revision', 'Query.server', 'Query.service', 'Query.services', 'Query.endpointSlice', 'Query.endpointSlices', 'Mutation.recordEvent', 'Mutation.recordEvents', 'Subscription.services', 'Subscription.endpointSlices']);

describe.each(['Query', 'Mutation'] as const)('every %s', (root) => {
  const word = root.toLowerCase();
  test.each(fieldsOf(root).map((field) => [field.name, call(field)]))('%s', async (name, text) => {
    const asNode = await api.ask(`${word} { ${text} }`, {}, node);
    const asJoiner = await api.ask(`${word} { ${text} }`, {}, join);
    const codes = (answer: typeof asNode) => answer.errors.map((error) => error.extensions.code);
    if (name !== 'joinNode') expect(codes(asJoiner)).toEqual(['FORBIDDEN']);
    if (openToNodes.has(`${root}.${name}`)) expect(codes(asNode)).not.toContain('FORBIDDEN');
    else expect(codes(asNode)).toEqual(['FORBIDDEN']);
  });
});

test('every subscription', async () => {
  const asNode = api.socket(node), asJoiner = api.socket(join);
  for (const field of fieldsOf('Subscription')) {
    const code = async (socket: typeof asNode) => {
      const results = follow(socket, `subscription { ${call(field)} }`);
      return results.next().then(() => 'OK', (error: unknown) => /"code":"([A-Z_]+)"/.exec(String(error))?.[1] ?? String(error)).finally(() => results.stop());
    };
    expect([field.name, await code(asJoiner)]).toEqual([field.name, 'FORBIDDEN']);
    expect([field.name, await code(asNode)]).toEqual([field.name, openToNodes.has(`Subscription.${field.name}`) ? 'OK' : 'FORBIDDEN']);
  }
});

describe('a node', () => {
  const may = async (query: string, variables = {}) => expect((await api.ask(query, variables, node)).errors).toEqual([]);
  const mayNot = async (query: string, variables = {}) => expect((await api.ask(query, variables, node)).errors.map((error) => error.extensions.code)).toEqual(['FORBIDDEN']);

  test('reads its own and what that refers to', async () => {
    await may('{ node(name: "n1") { spec { unschedulable } } pod(name: "mine") { spec { nodeName } } secret(name: "used") { data } nodes(where: {name: {eq: "n1"}}) { totalCount } pods(where: {nodeName: {eq: "n1"}}) { nodes { metadata { name } } } }');
    for (const query of ['node(name: "n2") { kind }', 'pod(name: "theirs") { kind }', 'pod(name: "nobody") { kind }', 'secret(name: "unused") { data }', 'pods(where: {nodeName: {ne: "n2"}}) { totalCount }',
      'pods(where: {or: [{nodeName: {eq: "n1"}}, {nodeName: {eq: "n2"}}]}) { totalCount }', 'pods(where: {nodeName: {in: ["n1", "n2"]}}) { totalCount }', 'secrets { totalCount }']) await mayNot(`{ ${query} }`);
  });

  test('follows no edge out of what it may read', async () => {
    for (const query of ['node(name: "n1") { pods { totalCount } }', 'pod(name: "mine") { node { kind } }', 'pod(name: "mine") { services { kind } }', 'pod(name: "mine") { events { kind } }', 'service(name: "kubernetes") { pods { totalCount } }', 'service(name: "kubernetes") { owners { kind } }']) await mayNot(`{ ${query} }`);
  });

  test('writes its own Node, the status and end of its Pods, and mirror Pods', async () => {
    await may('mutation { patchNode(name: "n1", patch: {metadata: {labels: {a: "b"}}}) { revision } updateNodeStatus(name: "n1", status: {}) { revision } }');
    await may('mutation { updatePodStatus(name: "mine", status: {phase: Running}) { revision } }');
    const create = 'mutation($input: PodInput!) { createPod(input: $input) { revision } }';
    const mirrorPod = (spec: object, annotations: object = mirror) => ({ input: { metadata: { name: 'static-n1', annotations }, spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'x:1' }], ...spec } } });
    await mayNot(create, mirrorPod({}, {}));
    await mayNot(create, mirrorPod({ nodeName: 'n2' }));
    await mayNot(create, mirrorPod({ nodeName: undefined }));
    await mayNot(create, mirrorPod({ volumes: [{ name: 'v', secret: { secretName: 'unused' } }] }));
    await mayNot(create, mirrorPod({ initContainers: [{ name: 'i', image: 'x:1', env: [{ name: 'E', valueFrom: { secretKeyRef: { name: 'unused', key: 'k' } } }] }] }));
    await may(create, mirrorPod({}));
    await may('mutation { deletePod(name: "static-n1", gracePeriodSeconds: 0) { revision } }');
    for (const query of ['updateNodeStatus(name: "n2", status: {})', 'patchNode(name: "n2", patch: {})', 'deleteNode(name: "n1")', 'updatePodStatus(name: "theirs", status: {phase: Running})', 'deletePod(name: "theirs")', 'patchPod(name: "mine", patch: {})',
      'createNode(input: {metadata: {name: "n3"}})', 'createNode(input: {metadata: {generateName: "n"}})']) await mayNot(`mutation { ${query} { revision } }`);
  });

  test('speaks for itself only', async () => {
    await mayNot('mutation { renewNodeLease(nodeName: "n2") { renewTime } }');
    await mayNot('mutation { sendNodeResponse(requestId: "2f9d7d9e-0000-4000-8000-000000000000.n2", done: true) { wanted } }');
    await may('mutation { sendNodeResponse(requestId: "2f9d7d9e-0000-4000-8000-000000000000.n1", done: true) { wanted } }');
    await mayNot('mutation { recordEvent(input: {involvedObject: {kind: "Pod", name: "x"}, reason: "R", message: "m", component: "c", host: "n2"}) { revision } }');
    const seenOn = (host: string) => `{involvedObject: {kind: "Pod", name: "x"}, reason: "R", message: "m", component: "c", host: "${host}"}`;
    await mayNot(`mutation { recordEvents(inputs: [${seenOn('n1')}, ${seenOn('n2')}]) { revision } }`);
    await may(`mutation { recordEvents(inputs: [${seenOn('n1')}, ${seenOn('n1')}]) { revision } }`);
  });
});

test('a revoked credential is refused at once', async () => {
  const token = await api.token({ type: 'node', name: 'gone' });
  expect((await api.ask('{ revision }', {}, token)).status).toBe(200);
  await api.store.credentials.revoke({ type: 'node', name: 'gone' });
  await expect.poll(async () => (await api.ask('{ revision }', {}, token)).status).toBe(401);
});
