import { expect, test } from 'vitest';
import { WorkQueue } from '../../../src/lib/work-queue.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { soon } from '../../support/soon.ts';

const ignore = (): void => {};
const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

test('equal keys collapse while they wait', async () => {
  const seen: string[] = [];
  await using queue = new WorkQueue({ clock: manualClock(), concurrency: 1, onError: ignore, work: async (key) => { seen.push(key); return undefined; } });
  for (const key of ['a', 'b', 'a', 'a', 'b']) queue.add(key);
  await soon(() => expect(queue.size).toBe(0));
  expect(seen).toEqual(['a', 'b']);
});

test('a key is never worked on twice at once, and again if it was added meanwhile', async () => {
  let running = 0;
  let most = 0;
  let runs = 0;
  const gates: (() => void)[] = [];
  await using queue = new WorkQueue({
    clock: manualClock(), concurrency: 8, onError: ignore,
    work: async () => {
      runs += 1;
      most = Math.max(most, (running += 1));
      await new Promise<void>((resolve) => { gates.push(resolve); });
      running -= 1;
      return undefined;
    },
  });
  queue.add('a');
  await soon(() => expect(gates).toHaveLength(1));
  queue.add('a');
  queue.add('a');
  await turn();
  expect(runs).toBe(1);
  gates.pop()?.();
  await soon(() => expect(runs).toBe(2));
  gates.pop()?.();
  await soon(() => expect(queue.size).toBe(0));
  expect({ most, runs }).toEqual({ most: 1, runs: 2 });
});

test('failures wait twice as long each time, and success ends that', async () => {
  const clock = manualClock();
  const times: number[] = [];
  let failing = true;
  const startMs = clock.now();
  await using queue = new WorkQueue({
    clock, concurrency: 1, backoff: { baseMs: 5, maxMs: 20 }, onError: ignore,
    work: async () => { times.push(clock.now() - startMs); if (failing) throw new Error('no'); return undefined; },
  });
  queue.add('a');
  await soon(() => expect(times).toHaveLength(1));
  for (const [index, waitMs] of [5, 10, 20, 20].entries()) {
    clock.advance(waitMs - 1);
    await turn();
    expect(times).toHaveLength(index + 1);
    failing = index < 3;
    clock.advance(1);
    await soon(() => expect(times).toHaveLength(index + 2));
  }
  await soon(() => expect(queue.size).toBe(0));
  clock.advance(60_000);
  await turn();
  expect(times).toEqual([0, 5, 15, 35, 55]);
});

test('a delayed look happens at the earlier of two times, and a look resets it', async () => {
  const clock = manualClock();
  let runs = 0;
  await using queue = new WorkQueue({ clock, concurrency: 1, onError: ignore, work: async () => { runs += 1; return undefined; } });
  queue.addAfter('a', 100);
  queue.addAfter('a', 50);
  queue.addAfter('a', 200);
  clock.advance(50);
  await soon(() => expect(runs).toBe(1));
  clock.advance(1000);
  await turn();
  expect(runs).toBe(1);
});

test('disposal waits for what is under way and drops the rest', async () => {
  const seen: string[] = [];
  let open: () => void = ignore;
  const queue = new WorkQueue({ clock: manualClock(), concurrency: 1, onError: ignore, work: async (key) => { await new Promise<void>((resolve) => { open = resolve; }); seen.push(key); return undefined; } });
  queue.add('a');
  queue.add('b');
  await soon(() => expect(open).not.toBe(ignore));
  const ended = queue[Symbol.asyncDispose]();
  open();
  await ended;
  queue.add('c');
  await turn();
  expect(seen).toEqual(['a']);
});
