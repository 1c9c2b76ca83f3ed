import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fragments } from '../../../src/generated/documents.ts';
import { deploymentInput, podInput, startTestApi } from './support.ts';
import type { TestApi } from './support.ts';

let api: TestApi;
beforeAll(async () => { api = await startTestApi(); });
afterAll(() => api[Symbol.asyncDispose]());

const create = `mutation($input: PodInput!) { createPod(input: $input) { revision pod { ...PodFields } } } ${fragments.Pod}`;
const read = `query($name: String!) { pod(name: $name) { ...PodFields } } ${fragments.Pod}`;

test('what is created is read back, by graphql-js and compiled alike', async () => {
  const { createPod } = await api.get(create, { input: podInput('one', { labels: { 'example.com/team': 'blue' } }) });
  const first = await api.get(read, { name: 'one' });
  expect(first['pod']).toEqual(createPod?.['pod']);
  expect(first['pod']?.['metadata']?.['labels']).toEqual({ 'example.com/team': 'blue' });
  expect(createPod?.['revision']).toBe(createPod?.['pod']?.['metadata']?.['resourceVersion']);
  for (let i = 0; i < 3; i += 1) expect(await api.get(read, { name: 'one' })).toEqual(first);
  expect((await api.get(create, { input: podInput('two') }))['createPod']?.['pod']?.['metadata']).toMatchObject({ name: 'two', namespace: 'default', generation: 1 });
  expect(await api.get(read, { name: 'none' })).toEqual({ pod: null });
});

test('literals, variables inside literals, fragments under conditions and interfaces give the same as plain documents', async () => {
  await api.get('mutation { createConfigMap(input: {metadata: {name: "lit", labels: {app: "x"}}, data: {a: "1"}}) { revision } }');
  const viaVariable = 'mutation($v: String!, $name: String!) { createConfigMap(input: {metadata: {name: $name, labels: {app: $v}}, data: {a: $v}}) { configMap { data metadata { labels } } } }';
  for (const name of ['va', 'vb', 'vc']) expect((await api.get(viaVariable, { v: 'y', name }))['createConfigMap']).toEqual({ configMap: { data: { a: 'y' }, metadata: { labels: { app: 'y' } } } });
  const conditional = `query($yes: Boolean!) { one: configMap(name: "va") { ...F } two: configMap(name: "vb") @include(if: $yes) { ...F metadata { name } } } fragment F on ConfigMap { data @skip(if: $yes) kind }`;
  for (let i = 0; i < 3; i += 1) {
    expect(await api.get(conditional, { yes: true })).toEqual({ one: { kind: 'ConfigMap' }, two: { kind: 'ConfigMap', metadata: { name: 'vb' } } });
    expect(await api.get(conditional, { yes: false })).toEqual({ one: { data: { a: 'y' }, kind: 'ConfigMap' } });
  }
});

test('what is kept as text is what graphql-js gives, character by character, before and after the objects change', async () => {
  for (let i = 0; i < 60; i += 1) await api.registry.commit([{ verb: 'create', kind: 'ConfigMap', input: { metadata: { name: `kept-${i}`, labels: { kept: 'yes' } }, data: { quote: '"é€\\u2028' } } }], { actor: 'test' });
  await api.get(create, { input: podInput('kept') });
  const documents = [
    read, `{ pods { nodes { ...PodFields } } } ${fragments.Pod}`,
    '{ all: configMaps(labelSelector: "kept=yes", first: 1000) { totalCount nodes { data __typename called: metadata { name labels } metadata { resourceVersion } } } }',
    '{ configMaps(first: 3) { edges { cursor node { metadata { name } } } pageInfo { endCursor } revision } }',
    '{ namespaces { nodes { metadata { name } pods { nodes { metadata { name } status { phase } spec { containers { name image } } } } } } }',
    '{ pod(name: "kept") { metadata { name } owners { metadata { name } } node { metadata { name } } } none: pod(name: "none") { kind } revision }',
    '{ pod(name: "kept") { kind } again: pod(name: "kept") { metadata { name } } configMaps(first: 1) { nodes { kind } nodes { metadata { name } } } }',
  ];
  let asked = 0;
  for (const change of [{ a: '1' }, { a: '2' }]) {
    await api.get('mutation($patch: ConfigMapPatch!) { patchConfigMap(name: "kept-7", patch: $patch) { revision } }', { patch: { data: change } });
    for (const document of documents) {
      const variables = { name: 'kept' };
      const plain = (await api.ask(`${document} # never compiled: ${asked++}`, variables)).text;
      for (let i = 0; i < 3; i += 1) expect((await api.ask(document, variables)).text).toBe(plain);
    }
  }
});

test('update demands the revision, patch removes by null, status is apart, delete has preconditions', async () => {
  const { createConfigMap } = await api.get('mutation { createConfigMap(input: {metadata: {name: "cm"}, data: {a: "1", b: "2"}}) { configMap { metadata { uid resourceVersion } } } }');
  const metadata = createConfigMap?.['configMap']?.['metadata'];
  const uid = String(metadata?.['uid']), resourceVersion = String(metadata?.['resourceVersion']);
  const update = 'mutation($input: ConfigMapInput!) { updateConfigMap(input: $input) { configMap { data } } }';
  expect((await api.fail(update, { input: { metadata: { name: 'cm' }, data: {} } })).extensions.code).toBe('INVALID');
  expect(await api.get(update, { input: { metadata: { name: 'cm', resourceVersion }, data: { a: '9', b: '2' } } })).toEqual({ updateConfigMap: { configMap: { data: { a: '9', b: '2' } } } });
  expect((await api.fail(update, { input: { metadata: { name: 'cm', resourceVersion }, data: {} } })).extensions.code).toBe('CONFLICT');
  const patch = 'mutation($patch: ConfigMapPatch!) { patchConfigMap(name: "cm", patch: $patch) { configMap { data } } }';
  expect(await api.get(patch, { patch: { data: { b: null, c: '3' } } })).toEqual({ patchConfigMap: { configMap: { data: { a: '9', c: '3' } } } });
  const wrong = await api.fail('mutation { deleteConfigMap(name: "cm", uid: "00000000-0000-0000-0000-000000000000") { revision } }');
  expect(wrong.extensions.code).toBe('CONFLICT');
  await api.get('mutation($uid: ID!) { deleteConfigMap(name: "cm", uid: $uid) { revision } }', { uid });
  expect(await api.get('{ configMap(name: "cm") { kind } }')).toEqual({ configMap: null });

  await api.get(create, { input: podInput('with-status') });
  const status = 'mutation($status: PodStatusInput!) { updatePodStatus(name: "with-status", status: $status) { pod { metadata { generation } status { phase podIP } spec { containers { name } } } } }';
  expect((await api.get(status, { status: { phase: 'Running', podIP: '10.244.0.9' } }))['updatePodStatus']?.['pod'])
    .toEqual({ metadata: { generation: 1 }, status: { phase: 'Running', podIP: '10.244.0.9' }, spec: { containers: [{ name: 'main' }] } });
});

test('apply keeps what other managers own and names them in a conflict', async () => {
  const apply = 'mutation($manager: String!, $force: Boolean, $input: ConfigMapPatch!) { applyConfigMap(name: "applied", fieldManager: $manager, force: $force, input: $input) { configMap { data } } }';
  await api.get(apply, { manager: 'one', input: { data: { a: '1', b: '1' } } });
  await api.get(apply, { manager: 'two', input: { data: { c: '2' } } });
  expect(await api.get(apply, { manager: 'one', input: { data: { a: '1' } } })).toEqual({ applyConfigMap: { configMap: { data: { a: '1', c: '2' } } } });
  const conflict = await api.fail(apply, { manager: 'two', input: { data: { a: '5', c: '2' } } });
  expect(conflict.extensions.code).toBe('CONFLICT');
  expect(conflict.message).toContain('one');
  expect(await api.get(apply, { manager: 'two', force: true, input: { data: { a: '5', c: '2' } } })).toEqual({ applyConfigMap: { configMap: { data: { a: '5', c: '2' } } } });
});

describe('several objects as one', () => {
  const commit = `mutation($changes: [ChangeInput!]!, $dryRun: Boolean) { commitChangeSet(changes: $changes, dryRun: $dryRun) { revision results { operation object { kind metadata { name resourceVersion } } changes { path before after } } } }`;

  test('commitChangeSet is all or nothing at one revision', async () => {
    const good = [{ createConfigMap: { metadata: { name: 'set-a' }, data: { k: 'v' } } }, { createPod: podInput('set-pod') }];
    const dry = (await api.get(commit, { changes: good, dryRun: true }))['commitChangeSet'];
    expect(dry?.['revision']).toBeNull();
    expect(await api.get('{ configMap(name: "set-a") { kind } }')).toEqual({ configMap: null });
    const bad = await api.fail(commit, { changes: [...good, { deletePod: { name: 'nobody' } }] });
    expect(bad.extensions.code).toBe('NOT_FOUND');
    expect(await api.get('{ configMap(name: "set-a") { kind } }')).toEqual({ configMap: null });
    const done = (await api.get(commit, { changes: good }))['commitChangeSet'] as unknown as { revision: string; results: { operation: string; object: { metadata: { resourceVersion: string } } }[] };
    expect(done.results.map((result) => [result.operation, result.object.metadata.resourceVersion])).toEqual([['CREATED', done.revision], ['CREATED', done.revision]]);
    const patched = (await api.get(commit, { changes: [{ patchConfigMap: { name: 'set-a', patch: { data: { k: 'w' } } } }] }))['commitChangeSet'] as unknown as { results: { changes: object[] }[] };
    expect(patched.results[0]?.changes).toContainEqual(expect.objectContaining({ before: '"v"', after: '"w"' }));
  });

  test('a change has exactly one field, also when a variable leaves it out', async () => {
    expect((await api.ask(commit, { changes: [{}] })).errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect((await api.ask(commit, { changes: [{ createPod: podInput('x'), createConfigMap: { metadata: { name: 'x' } } }] })).errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    for (let i = 0; i < 3; i += 1) expect((await api.ask('mutation($p: PodInput) { commitChangeSet(changes: [{createPod: $p}]) { revision } }', {})).errors.length).toBeGreaterThan(0);
  });

  test('applyManifests tells of every object, and in a dry run of every difference', async () => {
    const manifests = `apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  selector: {matchLabels: {app: d}}\n  template:\n    metadata: {labels: {app: d}}\n    spec: {containers: [{name: main, image: "x:1"}]}\n`;
    const apply = 'mutation($manifests: String!, $dryRun: Boolean) { applyManifests(manifests: $manifests, dryRun: $dryRun) { revision results { operation object { kind } changes { path before after } } } }';
    const dry = await api.ask(apply, { manifests, dryRun: true });
    expect(dry.errors).toEqual([]);
    expect(dry.text).not.toContain('hunter2');
    expect(dry.text).not.toContain(Buffer.from('hunter2').toString('base64'));
    const operations = (data: unknown) => (data as { applyManifests: { results: { operation: string }[] } }).applyManifests.results.map((result) => result.operation);
    expect(operations((await api.ask(apply, { manifests })).data)).toEqual(['CREATED', 'CREATED']);
    expect(operations((await api.ask(apply, { manifests })).data)).toEqual(['UNCHANGED', 'UNCHANGED']);
    const typo = await api.fail(apply, { manifests: manifests.replace('image:', 'imagee:') });
    expect(typo.extensions.code).toBe('INVALID');
    expect(typo.message).toContain('image');
    const changed = (await api.get(apply, { manifests: manifests.replace('x:1', 'x:2'), dryRun: true }))['applyManifests'] as unknown as { results: { changes: object[] }[] };
    expect(changed.results[1]?.changes).toContainEqual({ path: 'spec.template.spec.containers[name=main].image', before: '"x:1"', after: '"x:2"' });
  });
});

test('edges join objects both ways, from the snapshot of the mutation itself', async () => {
  const { createDeployment } = await api.get('mutation($input: DeploymentInput!) { createDeployment(input: $input) { deployment { metadata { uid } replicaSets { totalCount } events { reason } owners { kind } } } }', { input: deploymentInput('edges') });
  const uid = createDeployment?.['deployment']?.['metadata']?.['uid'];
  expect(createDeployment?.['deployment']).toMatchObject({ replicaSets: { totalCount: 0 }, events: [], owners: [] });
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'edges', uid, controller: true };
  const rs = await api.get('mutation($input: ReplicaSetInput!) { createReplicaSet(input: $input) { replicaSet { metadata { uid } } } }', {
    input: { ...deploymentInput('edges'), metadata: { name: 'edges-1', labels: { app: 'edges' }, annotations: { 'deployment.kubernetes.io/revision': '1' }, ownerReferences: [owner] } } });
  const rsOwner = { ...owner, kind: 'ReplicaSet', name: 'edges-1', uid: rs['createReplicaSet']?.['replicaSet']?.['metadata']?.['uid'] };
  await api.get('mutation { createNode(input: {metadata: {name: "edge-node"}}) { revision } }');
  await api.get('mutation { createService(input: {metadata: {name: "edges"}, spec: {selector: {app: "edges"}, ports: [{port: 80}]}}) { revision } }');
  const { createPod } = await api.get(create, { input: { ...podInput('edges-1-a', { labels: { app: 'edges' }, spec: { nodeName: 'edge-node' } }), metadata: { name: 'edges-1-a', labels: { app: 'edges' }, ownerReferences: [rsOwner] } } });
  await api.get(create, { input: podInput('not-edges', { labels: { app: 'other' }, spec: { nodeName: 'edge-node' } }) });
  const slice = { metadata: { name: 'edges-x', labels: { 'kubernetes.io/service-name': 'edges' } }, addressType: 'IPv4', ports: [], endpoints: [{ addresses: ['10.244.0.7'], targetRef: { kind: 'Pod', name: 'edges-1-a', namespace: 'default', uid: createPod?.['pod']?.['metadata']?.['uid'] } }] };
  await api.get('mutation($input: EndpointSliceInput!) { createEndpointSlice(input: $input) { revision } }', { input: slice });
  const recordEvent = 'mutation($input: RecordEventInput!) { recordEvent(input: $input) { revision } }';
  await api.get(recordEvent, { input: { involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'edges-1-a', namespace: 'default', uid: createPod?.['pod']?.['metadata']?.['uid'] }, reason: 'Tested', message: 'yes', component: 'test' } });
  await api.recorder.flush();

  const topology = `{ deployment(name: "edges") {
    replicaSets { nodes { metadata { name } deployment { metadata { name } } pods { nodes { metadata { name } } } } }
    pods { totalCount nodes { metadata { name } node { metadata { name } pods(labelSelector: "app=other") { nodes { metadata { name } } } } services { metadata { name } endpointSlices { pods { metadata { name } } service { metadata { name } } } pods { nodes { metadata { name } } } }
      endpointSlices { metadata { name } } owners { kind metadata { name } } events { reason message count } } } } }`;
  const name = (text: string) => ({ metadata: { name: text } });
  for (let i = 0; i < 3; i += 1) {
    expect(await api.get(topology)).toEqual({ deployment: {
      replicaSets: { nodes: [{ ...name('edges-1'), deployment: name('edges'), pods: { nodes: [name('edges-1-a')] } }] },
      pods: { totalCount: 1, nodes: [{
        ...name('edges-1-a'), node: { metadata: { name: 'edge-node', }, pods: { nodes: [name('not-edges')] } },
        services: [{ ...name('edges'), endpointSlices: [{ pods: [name('edges-1-a')], service: name('edges') }], pods: { nodes: [name('edges-1-a')] } }],
        endpointSlices: [name('edges-x')], owners: [{ kind: 'ReplicaSet', metadata: { name: 'edges-1' } }], events: [{ reason: 'Tested', message: 'yes', count: 1 }],
      }] },
    } });
  }
});

test('one request reads one revision, and minRevision waits for it', async () => {
  const second = await api.second();
  try {
    const { createConfigMap } = await api.get('mutation { createConfigMap(input: {metadata: {name: "fresh"}}) { revision } }');
    const revision = createConfigMap?.['revision'];
    const seen = await second.get('query($r: Revision) { revision configMap(name: "fresh", minRevision: $r) { kind } configMaps(where: {name: {eq: "fresh"}}) { revision totalCount } }', { r: revision });
    expect(seen['configMap']).toEqual({ kind: 'ConfigMap' });
    expect(seen['configMaps']?.['totalCount']).toBe(1);
    expect(seen['configMaps']?.['revision']).toBe(seen['revision']);
  } finally {
    await second[Symbol.asyncDispose]();
  }
});
