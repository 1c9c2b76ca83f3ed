import type { LeaderTask } from '../control/leader-task.ts';
import { runScheduler } from './run-scheduler.ts';
import type { SchedulerOptions } from './run-scheduler.ts';

/** The scheduler as work of the leader. */
export function schedulerTask(options: SchedulerOptions = {}): LeaderTask {
  return { name: 'scheduler', start: (context) => runScheduler(context, options) };
}
