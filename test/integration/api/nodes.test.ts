import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { soon } from '../../support/soon.ts';
import { follow, podInput, startTestApi } from './support.ts';
import type { Json, TestApi } from './support.ts';

let api: TestApi;
let nodeToken: string;
beforeAll(async () => {
  api = await startTestApi({ nodeRequestTimes: { heardMs: 2000, partMs: 3000, wantMs: 1000 } });
  const { createJoinToken } = await api.get('mutation { createJoinToken { token expiresAt } }');
  const joined = await api.get('mutation { joinNode(name: "n1") { token clusterID } }', {}, String(createJoinToken?.['token']));
  expect(joined['joinNode']?.['clusterID']).toEqual((await api.get('{ namespace(name: "kube-system") { metadata { uid } } }'))['namespace']?.['metadata']?.['uid']);
  nodeToken = String(joined['joinNode']?.['token']);
});
afterAll(() => api[Symbol.asyncDispose]());

const work = 'subscription($n: String!) { nodeWork(nodeName: $n) { type revision object { kind metadata { name } ... on Secret { data } } } }';
const step = (data: Json) => {
  const { type, object } = data['nodeWork'] as unknown as { type: string; object: { kind: string; metadata: { name: string } } | null };
  return object ? `${type} ${object.kind}/${object.metadata.name}` : type;
};
const commit = async (...changes: object[]) => api.get('mutation($changes: [ChangeInput!]!) { commitChangeSet(changes: $changes) { revision } }', { changes });
const secretPod = (name: string, secret: string, nodeName = 'n1') => ({ createPod: podInput(name, { spec: { nodeName, containers: [{ name: 'main', image: 'x:1', envFrom: [{ secretRef: { name: secret } }] }] } }) });

test('a node hears of its work, of what its Pods refer to, and of every Service', async () => {
  await commit({ createNode: { metadata: { name: 'n1' } } }, { createNode: { metadata: { name: 'n2' } } }, { createSecret: { metadata: { name: 's1' }, stringData: { a: 'b' } } },
    { createSecret: { metadata: { name: 'unused' } } }, secretPod('mine', 's1'), secretPod('other', 'unused', 'n2'));
  const steps = follow(api.socket(nodeToken), work, { n: 'n1' });
  expect((await steps.until((data) => step(data) === 'BOOKMARK')).map(step)).toEqual(['ADDED Node/n1', 'ADDED Node/n2', 'ADDED Service/kubernetes', 'ADDED Service/kube-dns', 'ADDED Secret/s1', 'ADDED Pod/mine', 'BOOKMARK']);

  const next = async (count: number) => {
    const seen: string[] = [];
    while (seen.length < count) seen.push(step(await steps.next()));
    return seen;
  };
  await commit({ createSecret: { metadata: { name: 's2' } } }, secretPod('both', 's2'));
  expect(await next(2)).toEqual(['ADDED Secret/s2', 'ADDED Pod/both']);
  await commit(secretPod('early', 'later'));
  await commit({ createSecret: { metadata: { name: 'later' } } });
  expect(await next(2)).toEqual(['ADDED Pod/early', 'ADDED Secret/later']);
  await commit({ patchSecret: { name: 'unused', patch: { stringData: { x: 'y' } } } }, { patchSecret: { name: 's1', patch: { stringData: { x: 'y' } } } }, { patchNode: { name: 'n2', patch: { metadata: { labels: { a: 'b' } } } } });
  expect(await next(1)).toEqual(['MODIFIED Secret/s1']);
  await commit({ createPod: podInput('unbound') });
  await commit({ createService: { metadata: { name: 'svc' }, spec: { ports: [{ port: 80 }] } } });
  expect(await next(1)).toEqual(['ADDED Service/svc']);
  await commit({ deletePod: { name: 'both', gracePeriodSeconds: 0 } });
  expect(await next(2)).toEqual(['DELETED Pod/both', 'DELETED Secret/s2']);
  await commit({ deleteSecret: { name: 's1' } });
  expect(await next(1)).toEqual(['DELETED Secret/s1']);
  await steps.stop();
});

test('of other Nodes a node hears the name, the range and the addresses, and nothing else', async () => {
  const peers = `subscription { nodeWork(nodeName: "n1") { type object { kind ... on Node { metadata { name labels annotations managedFields { manager } }
    spec { podCIDR unschedulable taints { key } } status { addresses { type address } conditions { type } images { names } nodeInfo { machineID } } } } } }`;
  await commit({ createNode: { metadata: { name: 'n3', labels: { secret: 'x' } }, spec: { taints: [{ key: 'a', effect: 'NoSchedule' }], unschedulable: true } } });
  const steps = follow(api.socket(nodeToken), peers);
  const of = (data: Json) => (data['nodeWork'] as unknown as { type: string; object: Json | null });
  const known = await steps.until((data) => of(data).type === 'BOOKMARK');
  expect(known.map(of).find(({ object }) => (object?.['metadata']?.['name'] as unknown) === 'n3')?.object).toMatchObject({
    metadata: { labels: {}, annotations: {}, managedFields: [] }, spec: { podCIDR: expect.stringMatching(/^10\.244\./), unschedulable: false, taints: [] }, status: { conditions: [], images: [], nodeInfo: null },
  });
  await commit({ patchNode: { name: 'n3', patch: { metadata: { labels: { b: 'c' } } } } });
  await api.get('mutation { updateNodeStatus(name: "n3", status: { addresses: [{ type: "InternalIP", address: "192.0.2.3" }] }) { revision } }');
  await commit({ deleteNode: { name: 'n3' } });
  const changes = [of(await steps.next()), of(await steps.next())];
  expect(changes.map(({ type }) => type)).toEqual(['MODIFIED', 'DELETED']);
  expect(changes[0]?.object?.['status']?.['addresses']).toEqual([{ type: 'InternalIP', address: '192.0.2.3' }]);
  await steps.stop();
});

test('heartbeats need the node itself and move no revision', async () => {
  const before = await api.get('{ revision }');
  expect(await api.get('mutation { renewNodeLease(nodeName: "n1") { renewTime } }', {}, nodeToken)).toMatchObject({ renewNodeLease: { renewTime: expect.stringMatching(/Z$/) } });
  expect(await api.get('{ revision }')).toEqual(before);
});

describe('logs travel over the node\'s own subscription', () => {
  const requests = 'subscription { nodeRequests(nodeName: "n1") { id cancel podLogs { podUid container tailLines follow previous timestamps } } }';
  const respond = 'mutation($id: ID!, $data: String, $done: Boolean, $error: String) { sendNodeResponse(requestId: $id, data: $data, done: $done, error: $error) { wanted } }';
  const logs = 'query($name: String!, $container: String, $tail: Int) { podLogs(name: $name, container: $container, tailLines: $tail) { container lines } }';
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  type Agent = ReturnType<typeof follow>;
  /** The next question; what is cancelled meanwhile is passed over. */
  const asked = async (agent: Agent) => {
    for (;;) {
      const request = (await agent.next())['nodeRequests'] as Json;
      if (request['cancel'] === null) return request;
    }
  };
  /** Resolves once questions reach an agent's subscription. */
  const connected = async (agent: Agent) => {
    let isHeard = false;
    const first = asked(agent).then(() => { isHeard = true; });
    while (!isHeard) await api.ask(logs, { name: 'logged' });
    await first;
  };
  const part = (id: string, more: object) => api.get(respond, { id, ...more }, nodeToken);
  beforeAll(() => commit({ createPod: podInput('logged', { spec: { nodeName: 'n1' } }) }, { createPod: podInput('nowhere') },
    { createPod: podInput('two', { spec: { nodeName: 'n1', containers: [{ name: 'a', image: 'x:1' }, { name: 'b', image: 'x:1' }] } }) }));

  test('whichever servers the node and the reader are connected to', async () => {
    const second = await api.second();
    try {
      const agent = follow(second.socket(nodeToken), requests);
      await connected(agent);
      const answer = api.get(logs, { name: 'logged', tail: 3 });
      const question = await asked(agent);
      expect(question['podLogs']).toMatchObject({ container: 'main', tailLines: 3, follow: false, previous: false, timestamps: false });
      const request = String(question['id']);
      const text = Buffer.from('one\ntwo ü\r\nthree');
      await part(request, { data: text.subarray(0, 9).toString('base64') });
      await part(request, { data: text.subarray(9).toString('base64') });
      await part(request, { done: true });
      expect(await answer).toEqual({ podLogs: { container: 'main', lines: ['one', 'two ü', 'three'] } });
      expect(await part(request, { data: base64('late') })).toEqual({ sendNodeResponse: { wanted: false } });
      await agent.stop();
    } finally {
      await second[Symbol.asyncDispose]();
    }
  });

  test('following goes on line by line until the reader goes, and then the node is told to stop', async () => {
    const agent = follow(api.socket(nodeToken), requests);
    await connected(agent);
    const reader = follow(api.socket(), 'subscription { podLogs(name: "logged") { line } }');
    const line = reader.next();
    const id = String((await asked(agent))['id']);
    expect(await part(id, { data: base64('first\nsec') })).toEqual({ sendNodeResponse: { wanted: true } });
    expect(await line).toEqual({ podLogs: { line: 'first' } });
    await part(id, { data: base64('ond\n') });
    expect(await reader.next()).toEqual({ podLogs: { line: 'second' } });
    await reader.stop();
    expect((await agent.next())['nodeRequests']).toMatchObject({ cancel: id, podLogs: null });
    await expect.poll(async () => (await part(id, { data: base64('x') }))['sendNodeResponse']).toEqual({ wanted: false });
    await agent.stop();
  });

  test('what cannot be answered says why', async () => {
    // The end of the subscription before may reach the server a little later.
    await soon(async () => expect(await api.fail(logs, { name: 'logged' })).toMatchObject({ message: expect.stringContaining('node "n1" is not connected'), extensions: { code: 'UNAVAILABLE', subject: { kind: 'Node', name: 'n1' } } }));
    expect((await api.fail(logs, { name: 'nobody' })).extensions.code).toBe('NOT_FOUND');
    expect((await api.fail(logs, { name: 'nowhere' }))).toMatchObject({ message: expect.stringContaining('on no node'), extensions: { code: 'UNAVAILABLE' } });
    expect((await api.fail(logs, { name: 'logged', container: 'none' }))).toMatchObject({ message: expect.stringContaining('it has main'), extensions: { code: 'INVALID' } });
    expect((await api.fail(logs, { name: 'two' })).message).toContain('a, b');
    const agent = follow(api.socket(nodeToken), requests);
    await connected(agent);
    const silent = api.fail(logs, { name: 'logged' });
    await asked(agent);
    expect((await silent).message).toContain('sent nothing');
    const refused = api.fail(logs, { name: 'logged' });
    await part(String((await asked(agent))['id']), { error: 'no such container' });
    expect((await refused).message).toContain('no such container');
    const broken = api.fail(logs, { name: 'logged' });
    await asked(agent);
    await agent.stop();
    expect((await broken).message).toContain('broke');
  });
});
