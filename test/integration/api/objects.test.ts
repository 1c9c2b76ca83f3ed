import { afterAll, beforeAll, expect, test } from 'vitest';
import { fragments } from '../../../src/generated/documents.ts';
import { podInput, startTestApi } from './support.ts';
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
  expect(createPod?.['revision']).toBe(createPod?.['pod']?.['metadata']?.['resourceVersion']);
  for (let i = 0; i < 3; i += 1) expect(await api.get(read, { name: 'one' })).toEqual(first);
  expect((await api.get(create, { input: podInput('two') }))['createPod']?.['pod']?.['metadata']).toMatchObject({ name: 'two', namespace: 'default', generation: 1 });
  expect(await api.get(read, { name: 'none' })).toEqual({ pod: null });
});
