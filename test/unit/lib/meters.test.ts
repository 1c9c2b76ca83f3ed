import { expect, test } from 'vitest';
import { Meters, measureProcess } from '../../../src/lib/meters.ts';

test('the same name is the same metric, and gauges are read when somebody asks', async () => {
  const meters = new Meters();
  meters.counter('gantry_things_total', 'Things.', ['kind']).inc({ kind: 'a' });
  meters.counter('gantry_things_total', 'Things.', ['kind']).inc({ kind: 'a' });
  let waiting = 3;
  const gauge = meters.gauge('gantry_waiting', 'Waiting.');
  const end = meters.onRead(() => gauge.set(waiting));
  expect(await meters.text()).toContain('gantry_things_total{kind="a"} 2');
  waiting = 4;
  expect(await meters.text()).toContain('gantry_waiting 4');
  end();
  waiting = 5;
  expect(await meters.text()).toContain('gantry_waiting 4');
});

test('a process tells its memory and processor time', async () => {
  const meters = new Meters();
  measureProcess(meters);
  expect(await meters.text()).toMatch(/process_resident_memory_bytes [1-9]\d+\n[^]*process_cpu_seconds_total \d/);
});
