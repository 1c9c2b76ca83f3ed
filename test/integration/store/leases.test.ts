import { expect, test } from 'vitest';
import { changeSet, create, database, object, open } from './support.ts';
import { soon } from '../../support/soon.ts';

test('one holds a lease at a time, and the epoch rises with each new holder', async () => {
  const url = await database();
  const [one, two] = [(await open(url)).leases, (await open(url)).leases];
  const results = await Promise.all([one.acquire('leader', 'one', 60_000), two.acquire('leader', 'two', 60_000)]);
  expect(results.filter(({ epoch }) => epoch !== undefined)).toEqual([{ epoch: 1 }]);
  const holder = await one.holder('leader');
  const other = holder === 'one' ? 'two' : 'one';
  expect(await one.acquire('leader', holder!, 60_000)).toEqual({ epoch: 1 });
  const refused = await one.acquire('leader', other, 60_000);
  expect(refused).toEqual({ epoch: undefined, othersForMs: expect.any(Number) as number });
  expect('othersForMs' in refused && refused.othersForMs > 50_000 && refused.othersForMs <= 60_000).toBe(true);
  await one.release('leader', other);
  expect(await two.holder('leader')).toBe(holder);
  await one.release('leader', holder!);
  expect(await two.holder('leader')).toBeUndefined();
  expect(await one.acquire('leader', other, 60_000)).toEqual({ epoch: 2 });
});

test('a lease that ran out can be taken, and its old holder can write no more', async () => {
  const url = await database();
  const [old, next] = [await open(url), await open(url)];
  const first = await old.leases.acquire('leader', 'old', 50);
  const fenced = { ...changeSet(create(object('by-old'))), fence: { lease: 'leader', epoch: first.epoch! } };
  await old.commit(fenced);
  const second = await soon(async () => {
    const taken = await next.leases.acquire('leader', 'next', 60_000);
    expect(taken.epoch).toBeDefined();
    return taken;
  });
  expect(second).toEqual({ epoch: 2 });
  await expect(old.commit({ ...fenced, writes: [create(object('late'))] })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await next.commit({ ...changeSet(create(object('by-next'))), fence: { lease: 'leader', epoch: 2 } });
  expect((await old.leases.acquire('leader', 'old', 50)).epoch).toBeUndefined();
});

test('heartbeats of nodes are kept with the age that the database sees', async () => {
  const { leases } = await open(await database());
  const times = await Promise.all(Array.from({ length: 200 }, (_, at) => leases.renewNode(`node-${at % 100}`)));
  expect(Math.abs(Math.max(...times) - Date.now())).toBeLessThan(60_000);
  const ages = await leases.nodeAges();
  expect(ages.size).toBe(100);
  for (const age of ages.values()) expect(age).toBeLessThan(30_000);
});
