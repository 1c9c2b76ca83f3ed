import { pino } from 'pino';
import { expect, test } from 'vitest';
import { runAsLeader } from '../../../src/control/run-as-leader.ts';
import type { LeaderContext } from '../../../src/control/leader-task.ts';
import type { Store } from '../../../src/store/store.ts';
import { manualClock } from '../../support/manual-clock.ts';
import type { ManualClock } from '../../support/manual-clock.ts';
import { soon } from '../../support/soon.ts';

/** One lease as the database keeps it, with a switch that makes it silent. */
function oneLease(clock: ManualClock) {
  const lease = { holder: '', epoch: 0, untilMs: 0 };
  const reach = { works: true, dead: '' };
  return {
    lease, reach,
    acquire: async (_: string, holder: string, durationMs: number) => {
      if (!reach.works || reach.dead === holder) throw new Error('the database is away');
      if (lease.holder !== holder && lease.untilMs > clock.now()) return { epoch: undefined, othersForMs: lease.untilMs - clock.now() };
      if (lease.holder !== holder) lease.epoch += 1;
      Object.assign(lease, { holder, untilMs: clock.now() + durationMs });
      return { epoch: lease.epoch };
    },
    release: async (_: string, holder: string) => { if (lease.holder === holder) lease.untilMs = 0; },
  };
}

function candidate(clock: ManualClock, leases: ReturnType<typeof oneLease>, serverId: string) {
  const running = new Set<number>();
  const store = { leases } as unknown as Store;
  const registry = { commit: async () => ({ outcomes: [], revision: 1 }), applyManifests: () => Promise.reject(new Error('not used')) };
  const recorder = { record: () => {}, flush: async () => {}, [Symbol.asyncDispose]: async () => {} };
  const start = ({ fence }: LeaderContext): AsyncDisposable => {
    running.add(fence.epoch);
    return { [Symbol.asyncDispose]: async () => void running.delete(fence.epoch) };
  };
  const leader = runAsLeader({ leaseName: 'kube-controller-manager', store, registry, recorder, clock, serverId, logger: pino({ level: 'silent' }), tasks: [{ name: 'task', start }] });
  return { running: () => [...running], leader };
}

/** Lets time go by in small steps, so that everything that waits can act in between. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    clock.advance(500);
    await new Promise((resolve) => { setImmediate(resolve); });
  }
}

test('one leads and keeps leading; a clean stop hands over at once', async () => {
  const clock = manualClock();
  const leases = oneLease(clock);
  const first = candidate(clock, leases, 'one');
  await soon(() => expect(first.running()).toEqual([1]));
  const second = candidate(clock, leases, 'two');
  await pass(clock, 60_000);
  expect([first.running(), second.running()]).toEqual([[1], []]);
  await first.leader[Symbol.asyncDispose]();
  expect(first.running()).toEqual([]);
  await pass(clock, 2_500);
  expect(second.running()).toEqual([2]);
  await second.leader[Symbol.asyncDispose]();
});

test.each([0, 500, 1_000, 1_500])('the tasks of another run within 15 s after a leader fell silent, %i ms after its last renewal', async (sinceRenewalMs) => {
  const clock = manualClock();
  const leases = oneLease(clock);
  await using first = candidate(clock, leases, 'one').leader;
  await soon(() => expect(leases.lease.holder).toBe('one'));
  const second = candidate(clock, leases, 'two');
  await pass(clock, 6_000 + sinceRenewalMs);
  leases.reach.dead = 'one';
  await pass(clock, 11_500);
  expect(second.running()).toEqual([]);
  await pass(clock, 3_000);
  expect(second.running()).toEqual([2]);
  await second.leader[Symbol.asyncDispose]();
  expect(first).toBeDefined();
});

test('a leader that cannot renew ends its tasks after 10 s, before its lease runs out', async () => {
  const clock = manualClock();
  const leases = oneLease(clock);
  const first = candidate(clock, leases, 'one');
  await soon(() => expect(first.running()).toEqual([1]));
  leases.reach.works = false;
  await pass(clock, 8_000);
  expect(first.running()).toEqual([1]);
  await pass(clock, 4_500);
  expect(first.running()).toEqual([]);
  expect(leases.lease.untilMs).toBeGreaterThanOrEqual(clock.now());
  leases.reach.works = true;
  await pass(clock, 3_000);
  expect(first.running()).toEqual([1]);
  await first.leader[Symbol.asyncDispose]();
});

test('a leader whose lease was taken ends its tasks at its next renewal', async () => {
  const clock = manualClock();
  const leases = oneLease(clock);
  const first = candidate(clock, leases, 'one');
  await soon(() => expect(first.running()).toEqual([1]));
  Object.assign(leases.lease, { holder: 'other', epoch: 2, untilMs: clock.now() + 15_000 });
  await pass(clock, 2_500);
  expect(first.running()).toEqual([]);
  await first.leader[Symbol.asyncDispose]();
});
