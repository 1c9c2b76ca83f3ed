import { afterAll, beforeAll, expect, test } from 'vitest';
import { podInput, startTestApi } from './support.ts';
import type { TestApi } from './support.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  const changes = Array.from({ length: 25 }, (_, i) => ({ createPod: podInput(`p-${String(i).padStart(2, '0')}`, { labels: { half: i % 2 ? 'odd' : 'even' }, spec: { nodeName: `n-${i % 3}` } }) }));
  await api.get('mutation($changes: [ChangeInput!]!) { commitChangeSet(changes: $changes) { revision } }', { changes });
});
afterAll(() => api[Symbol.asyncDispose]());

interface Page {
  readonly nodes: readonly { readonly metadata: { readonly name: string } }[];
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly metadata: { readonly name: string } } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly startCursor: string | null; readonly endCursor: string | null };
  readonly totalCount: number;
  readonly remainingItemCount: number;
  readonly revision: string;
}

const list = `query($first: Int, $after: String, $last: Int, $before: String, $selector: String, $where: PodWhere, $orderBy: [PodOrder!], $namespace: String) {
  pods(namespace: $namespace, first: $first, after: $after, last: $last, before: $before, labelSelector: $selector, where: $where, orderBy: $orderBy) {
    nodes { metadata { name } } edges { cursor node { metadata { name } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount remainingItemCount revision } }`;
const page = async (variables: object) => (await api.get(list, { ...variables }))['pods'] as unknown as Page;
const names = ({ nodes }: Page) => nodes.map((node) => node.metadata.name);

test('all pages of a list show one revision while others write', async () => {
  const first = await page({ first: 10 });
  expect(first).toMatchObject({ totalCount: 25, remainingItemCount: 15, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
  const seen = names(first);
  let after = first.pageInfo.endCursor;
  for (let i = 0; after !== null; i += 1) {
    await api.get('mutation($name: String!, $input: PodInput!) { deletePod(name: $name, gracePeriodSeconds: 0) { revision } createPod(input: $input) { revision } }', { name: `p-${20 + i}`, input: podInput(`p-1x-${i}`) });
    const next = await page({ first: 10, after });
    expect(next.revision).toBe(first.revision);
    expect(next.totalCount).toBe(25);
    seen.push(...names(next));
    after = next.pageInfo.hasNextPage ? next.pageInfo.endCursor : null;
  }
  expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => `p-${String(i).padStart(2, '0')}`));
  expect(names(await page({ where: { name: { startsWith: 'p-1x' } } }))).toEqual(['p-1x-0', 'p-1x-1']);
  await api.get('mutation { deletePod(name: "p-1x-0", gracePeriodSeconds: 0) { revision } b: deletePod(name: "p-1x-1", gracePeriodSeconds: 0) { revision } }');
  for (const name of ['p-20', 'p-21']) await api.get('mutation($input: PodInput!) { createPod(input: $input) { revision } }', { input: podInput(name, { labels: { half: name === 'p-21' ? 'odd' : 'even' }, spec: { nodeName: `n-${Number(name.slice(2)) % 3}` } }) });
});

test('order, where and selectors choose; cursors are stable and belong to their order', async () => {
  const orderBy = [{ field: 'NODE_NAME', direction: 'DESC' }, { field: 'NAME' }];
  const all = await page({ orderBy, selector: 'half=odd' });
  expect(names(all)).toHaveLength(12);
  expect(names(all).slice(0, 4)).toEqual(['p-05', 'p-11', 'p-17', 'p-23']);
  const cursor = all.edges[3]?.cursor;
  expect(names(await page({ orderBy, selector: 'half=odd', after: cursor, first: 3 }))).toEqual(names(all).slice(4, 7));
  expect(names(await page({ orderBy, selector: 'half=odd', before: cursor, last: 2 }))).toEqual(names(all).slice(1, 3));
  expect((await page({ orderBy, selector: 'half=odd' })).edges[3]?.cursor).toBe(cursor);
  expect((await api.fail(list, { after: cursor })).extensions.code).toBe('INVALID');
  expect((await api.fail(list, { after: 'rubbish' })).extensions).toMatchObject({ code: 'INVALID', fields: [{ path: 'after' }] });

  expect(names(await page({ where: { nodeName: { eq: 'n-1' }, name: { in: ['p-01', 'p-02', 'p-04'] } } }))).toEqual(['p-01', 'p-04']);
  expect(names(await page({ where: { or: [{ name: { eq: 'p-03' } }, { name: { eq: 'p-09' } }], not: { nodeName: { ne: 'n-0' } } } }))).toEqual(['p-03', 'p-09']);
  expect(names(await page({ selector: 'half in (odd),!canary,half!=even', where: { nodeName: { eq: 'n-0' } }, first: 2 }))).toEqual(['p-03', 'p-09']);
  expect(names(await page({ namespace: 'kube-system' }))).toEqual([]);
  expect((await api.fail(list, { selector: 'half in (' })).extensions).toMatchObject({ code: 'INVALID', fields: [{ path: 'labelSelector' }] });
});

test('pages follow Relay, backwards too, and have bounds', async () => {
  const last = await page({ last: 4 });
  expect(names(last)).toEqual(['p-21', 'p-22', 'p-23', 'p-24']);
  expect(last).toMatchObject({ remainingItemCount: 0, pageInfo: { hasPreviousPage: true, hasNextPage: false } });
  const before = await page({ last: 3, before: last.pageInfo.startCursor });
  expect(names(before)).toEqual(['p-18', 'p-19', 'p-20']);
  expect(before.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  expect(names(await page({ first: 0 }))).toEqual([]);
  for (const [variables, path] of [[{ first: -1 }, 'first'], [{ first: 1001 }, 'first'], [{ last: 1001 }, 'last'], [{ first: 1, last: 1 }, 'last']] as const) {
    expect((await api.fail(list, variables)).extensions).toMatchObject({ code: 'INVALID', fields: [{ path }] });
  }
});

test('a revision that a server no longer knows is EXPIRED, and goes on inconsistently where that is asked for', async () => {
  const first = await page({ first: 10 });
  await api.get('mutation { createConfigMap(input: {metadata: {name: "later"}}) { revision } }');
  const second = await api.second();
  try {
    const error = await second.fail(list, { first: 5, after: first.pageInfo.endCursor });
    expect(error.extensions.code).toBe('EXPIRED');
    expect(error.path).toEqual(['pods']);
    const going = (await second.get(list, { first: 5, after: error.extensions['continue'] }))['pods'] as unknown as Page;
    expect(names(going)).toEqual(['p-10', 'p-11', 'p-12', 'p-13', 'p-14']);
    expect(Number(going.revision)).toBeGreaterThan(Number(first.revision));
    expect(names(await page({ first: 5, after: first.pageInfo.endCursor }))).toEqual(names(going));
  } finally {
    await second[Symbol.asyncDispose]();
  }
});
