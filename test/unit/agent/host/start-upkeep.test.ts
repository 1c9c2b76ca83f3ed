import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { startUpkeep } from '../../../../agent/host/start-upkeep.ts';
import type { LookReason, UpkeepOptions } from '../../../../agent/host/start-upkeep.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { soon } from '../../../support/soon.ts';

/** Lets everything go on that waits for nothing but promises. */
const settle = () => new Promise((resolve) => { setImmediate(resolve); });

/** An upkeep whose looks the test ends; `looks` are the reasons of those that began. */
function setUp(options: Partial<UpkeepOptions> = {}) {
  const clock = manualClock(), looks: LookReason[] = [], lines: string[] = [], listeners = new Set<(keys: readonly string[]) => void>();
  const view = { synced: true, onChange: (listener: (keys: readonly string[]) => void) => { listeners.add(listener); return () => listeners.delete(listener); } };
  let outcome: () => Promise<void> = async () => undefined;
  const upkeep = startUpkeep({
    view, clock, logger: pino({ level: 'info' }, { write: (line: string) => { lines.push(JSON.parse(line).msg as string); } }),
    concerns: ['Service/', 'Node/'], explain: (error) => `it does not work: ${(error as Error).message}`, recovered: 'it works again',
    look: (reason) => { looks.push(reason); return outcome(); }, ...options,
  });
  return {
    upkeep, clock, view, looks, lines, listeners,
    change: (...keys: readonly string[]): void => { for (const listener of listeners) listener(keys); },
    /** What looks do from now on. */
    let: (next: () => Promise<void>): void => { outcome = next; },
    /** Time goes on in small steps, and what it sets off with it. */
    pass: async (ms: number, stepMs = 10): Promise<void> => {
      for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
        clock.advance(Math.min(stepMs, leftMs));
        await settle();
      }
    },
  };
}

test('nothing is looked at before the view is complete', async () => {
  const { looks, view, change, pass } = setUp({ repairMs: () => 1000 });
  view.synced = false;
  await pass(100);
  change('Service/a/b');
  await pass(2000);
  expect(looks).toEqual([]);
  view.synced = true;
  change('Pod/a/b', 'synced');
  await pass(10);
  expect(looks).toEqual(['change']);
});

test('a burst is one look, and what is no concern is none', async () => {
  const { looks, change, pass } = setUp({ gatherMs: 20 });
  await pass(20);
  for (let i = 0; i < 4; i += 1) {
    change('Service/a/b');
    await pass(5, 5);
  }
  expect(looks).toHaveLength(2);
  change('Pod/a/Service/', 'ServiceAccount/a/b');
  await pass(1000);
  expect(looks).toHaveLength(2);
});

test('looks never overlap, and a change during one is followed by a look', async () => {
  let underWay = 0, most = 0, end = (): void => undefined;
  const { looks, change, pass, let: letLooks } = setUp();
  letLooks(async () => {
    most = Math.max(most, underWay += 1);
    await new Promise<void>((resolve) => { end = resolve; });
    underWay -= 1;
  });
  await pass(10);
  for (let i = 0; i < 3; i += 1) {
    change('Node//a');
    await pass(30);
  }
  expect(looks).toHaveLength(1);
  end();
  await soon(() => expect(looks).toHaveLength(2));
  end();
  await pass(100);
  expect([looks.length, most]).toEqual([2, 1]);
});

test('who waits for a look gets a whole one that began afterwards, shared with others who wait, or its failure', async () => {
  const ends: (() => void)[] = [];
  const { upkeep, looks, pass, let: letLooks } = setUp();
  letLooks(() => new Promise<void>((resolve) => { ends.push(resolve); }));
  await pass(10);
  const done: string[] = [];
  const first = upkeep.now().then(() => done.push('first')), second = upkeep.now().then(() => done.push('second'));
  await settle();
  expect([looks.length, done]).toEqual([1, []]);
  ends[0]?.();
  await soon(() => expect(looks).toHaveLength(2));
  expect(done).toEqual([]);
  ends[1]?.();
  await Promise.all([first, second]);
  expect(looks).toHaveLength(2);
  letLooks(() => Promise.reject(new Error('no')));
  await expect(upkeep.now()).rejects.toThrow('no');
});

test('a failure is said once and tried again, ever more slowly, until it works', async () => {
  const { looks, lines, clock, pass, let: letLooks } = setUp({ retryMs: { first: 100, last: 400 } });
  const at: number[] = [], start = clock.now();
  letLooks(() => {
    at.push(clock.now() - start);
    return Promise.reject(new Error(looks.length < 5 ? 'no' : 'never'));
  });
  await pass(2000);
  expect(at).toEqual([10, 110, 310, 710, 1110, 1510, 1910]);
  expect(looks.slice(0, 3)).toEqual(['change', 'repair', 'repair']);
  expect(lines).toEqual(['it does not work: no', 'it does not work: never']);
  letLooks(async () => undefined);
  await pass(5000);
  expect(looks).toHaveLength(8);
  expect(lines.slice(2)).toEqual(['it works again']);
});

test('what does not matter is not said before it does', async () => {
  let matters = false;
  const { lines, pass, let: letLooks } = setUp({ matters: () => matters, retryMs: { first: 100, last: 100 } });
  letLooks(() => Promise.reject(new Error('no')));
  await pass(500);
  expect(lines).toEqual([]);
  matters = true;
  await pass(500);
  expect(lines).toEqual(['it does not work: no']);
});

test('a change is tried at once while a failure waits for its time', async () => {
  const { looks, change, pass, let: letLooks } = setUp({ retryMs: { first: 10_000, last: 10_000 } });
  letLooks(() => Promise.reject(new Error('no')));
  await pass(10);
  change('Node//a');
  await pass(10);
  expect(looks).toEqual(['change', 'change']);
});

test('a repair comes in its own time, whenever changes come', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 12 }), async (pauses) => {
    const { upkeep, looks, clock, change, pass, let: letLooks } = setUp({ repairMs: () => 1000 });
    const repairs: number[] = [];
    letLooks(async () => { if (looks.at(-1) === 'repair') repairs.push(clock.now()); });
    await pass(10);
    const times = [clock.now()];
    for (const pauseMs of pauses) {
      await pass(pauseMs);
      change('Service/a/b');
    }
    await pass(20);
    times.push(...repairs, clock.now());
    for (const [i, time] of times.slice(1).entries()) expect(time - (times[i] ?? 0)).toBeLessThanOrEqual(1010);
    for (const [i, time] of repairs.slice(1).entries()) expect(time - (repairs[i] ?? 0)).toBeGreaterThanOrEqual(1000);
    await upkeep[Symbol.asyncDispose]();
  }), { numRuns: 20 });
});

test('how often is asked after every look', async () => {
  let everyMs = 60_000;
  const { looks, change, pass } = setUp({ repairMs: () => everyMs });
  await pass(1000);
  everyMs = 100;
  change('Node//a');
  await pass(1010);
  expect(looks.filter((reason) => reason === 'repair')).toHaveLength(10);
});

test('disposal waits for the look under way, and none comes after it', async () => {
  let end = (): void => undefined;
  const { upkeep, looks, listeners, pass, let: letLooks } = setUp({ repairMs: () => 100 });
  letLooks(() => new Promise<void>((resolve) => { end = resolve; }));
  await pass(10);
  const waiting = upkeep.now();
  let isOver = false;
  const over = upkeep[Symbol.asyncDispose]().then(() => { isOver = true; });
  await settle();
  expect([isOver, listeners.size]).toEqual([false, 0]);
  end();
  await expect(waiting).rejects.toThrow('the agent is ending');
  await over;
  upkeep.soon();
  await pass(10_000, 100);
  expect(looks).toHaveLength(1);
});
