import { faultKinds } from '../plan-schedule.ts';
import type { ScheduleOptions } from '../plan-schedule.ts';

/** The command that throws the faults of a campaign again. */
export function commandOf({ seed, durationMs, servers, leaseMs, everyMs, kinds = faultKinds }: ScheduleOptions): string {
  const faults = kinds.length < faultKinds.length ? ` --faults ${kinds.join(',')}` : '';
  return `npm run chaos -- --minutes ${Number((durationMs / 60_000).toFixed(4))} --servers ${servers} --lease ${leaseMs / 1000} --every ${everyMs / 1000}${faults} --seed ${seed}`;
}
