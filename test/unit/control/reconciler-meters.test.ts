import { expect, test } from 'vitest';
import { reconcilerMeters } from '../../../src/control/reconciler-meters.ts';
import { Meters } from '../../../src/lib/meters.ts';
import { WorkQueue } from '../../../src/lib/work-queue.ts';
import { manualClock } from '../../support/manual-clock.ts';

test('a queue shows its depth, its waits, its looks and its failures', async () => {
  const meters = new Meters();
  const ends: (() => void)[] = [];
  await using queue = new WorkQueue({
    clock: manualClock(), concurrency: 1, hooks: reconcilerMeters(meters, 'deployment'), onError: () => undefined,
    work: (key) => (key === 'bad' ? Promise.reject(new Error('no')) : new Promise((resolve) => ends.push(() => resolve(undefined)))),
  });
  expect(await meters.text()).toContain('gantry_controller_reconcile_errors_total{controller="deployment"} 0');
  queue.add('good');
  queue.add('bad');
  expect(await meters.text()).toContain('gantry_controller_queue_keys{controller="deployment"} 2');
  await expect.poll(() => ends.length).toBe(1);
  ends[0]?.();
  await expect.poll(() => meters.text()).toContain('gantry_controller_reconcile_errors_total{controller="deployment"} 1');
  const text = await meters.text();
  expect(text).toContain('gantry_controller_queue_keys{controller="deployment"} 0');
  expect(text).toContain('gantry_controller_queue_wait_seconds_count{controller="deployment"} 2');
  expect(text).toContain('gantry_controller_reconcile_seconds_count{controller="deployment"} 2');
});
