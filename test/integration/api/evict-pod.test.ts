import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Pod } from '../../../src/model/object.ts';
import { podInput, startTestApi } from './support.ts';
import type { TestApi } from './support.ts';

let api: TestApi, other: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  other = await api.second();
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const evict = (server: TestApi, name: string, more = '') => server.ask(`mutation { evictPod(name: "${name}"${more}) { pod { metadata { deletionGracePeriodSeconds } status { conditions { type reason } } } revision } }`);
const budget = (name: string) => api.store.snapshot().get('PodDisruptionBudget', 'default', name)!;

async function runningPods(app: string, count: number, isReady = true): Promise<readonly string[]> {
  const names = Array.from({ length: count }, (_, index) => `${app}-${index}`);
  await api.registry.commit(names.map((name) => ({ verb: 'create', kind: 'Pod', input: podInput(name, { labels: { app }, spec: { nodeName: 'node-1' } }) })), { actor: 'test' });
  await api.registry.commit(names.map((name) => ({
    verb: 'transformStatus', kind: 'Pod', target: { name }, transform: (pod: Pod) => ({ ...pod.status, phase: 'Running', conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] }),
  })), { actor: 'test' });
  return names;
}

/** A budget as its controller would have written it down. */
async function aBudget(name: string, app: string, disruptionsAllowed: number): Promise<void> {
  await api.registry.commit([{ verb: 'create', kind: 'PodDisruptionBudget', input: { metadata: { name }, spec: { selector: { matchLabels: { app } }, minAvailable: 2 } } }], { actor: 'test' });
  await api.registry.commit([{ verb: 'transformStatus', kind: 'PodDisruptionBudget', target: { name }, transform: ({ status }) => ({ ...status, disruptionsAllowed, currentHealthy: 2 + disruptionsAllowed, desiredHealthy: 2, expectedPods: 12, observedGeneration: 1 }) }], { actor: 'test' });
}

test('many evictions at once on two servers: exactly as many go as the budget allows, the others are told its numbers', async () => {
  const names = await runningPods('web', 12);
  await aBudget('web', 'web', 5);
  await other.store.snapshotAtLeast(api.store.snapshot().revision);
  const answers = await Promise.all(names.map((name, index) => evict(index % 2 ? api : other, name)));
  const refused = answers.flatMap(({ errors }) => errors);
  expect(refused).toHaveLength(7);
  for (const error of refused) {
    expect(error.extensions.code).toBe('TOO_MANY_REQUESTS');
    expect(error.message).toMatch(/^cannot evict Pod "default\/web-\d+" as it would violate the pod's disruption budget: PodDisruptionBudget "default\/web" needs 2 healthy Pods and has 7 currently$/);
  }
  await api.store.snapshotAtLeast(other.store.snapshot().revision);
  const gone = api.store.snapshot().list('Pod').filter(({ metadata }) => metadata.deletionTimestamp !== undefined).map(({ metadata }) => metadata.name);
  expect(gone).toHaveLength(5);
  expect(budget('web').status.disruptionsAllowed).toBe(0);
  expect(Object.keys(budget('web').status.disruptedPods ?? {}).sort()).toEqual(gone.sort());
});

test('an eviction says so on the Pod, takes the grace period it is given, and a dry run changes nothing', async () => {
  const [first = '', second = ''] = await runningPods('db', 2);
  await aBudget('db', 'db', 1);
  const before = budget('db');
  expect((await evict(api, first, ', dryRun: true')).data['evictPod']).toMatchObject({ revision: null });
  expect(budget('db')).toBe(before);
  expect((await evict(api, first, ', gracePeriodSeconds: 3')).data['evictPod']).toMatchObject({ pod: { metadata: { deletionGracePeriodSeconds: 3 }, status: { conditions: [{ type: 'Ready' }, { type: 'DisruptionTarget', reason: 'EvictionByEvictionAPI' }] } } });
  expect((await evict(api, second)).errors[0]?.extensions.code).toBe('TOO_MANY_REQUESTS');
  expect((await evict(api, first)).errors).toEqual([]);
  expect((await evict(api, second, ', uid: "another"')).errors[0]?.extensions.code).toBe('CONFLICT');
  expect((await evict(api, 'nobody')).errors[0]?.extensions.code).toBe('NOT_FOUND');
  expect(Object.keys(budget('db').status.disruptedPods ?? {})).toEqual([first]);
});

test('Pods without a budget go; a Pod with two is refused by the names of both', async () => {
  const [bare = ''] = await runningPods('bare', 1);
  expect((await evict(api, bare)).errors).toEqual([]);
  const [twice = ''] = await runningPods('twice', 1);
  await aBudget('one', 'twice', 3);
  await aBudget('two', 'twice', 3);
  const [error] = (await evict(api, twice)).errors;
  expect(error?.extensions.code).toBe('FORBIDDEN');
  expect(error?.message).toContain('"one" and "two"');
});

test('only administrators evict', async () => {
  const token = await api.token({ type: 'node', name: 'node-1' });
  expect((await api.fail('mutation { evictPod(name: "web-11") { revision } }', {}, token)).extensions.code).toBe('FORBIDDEN');
});
