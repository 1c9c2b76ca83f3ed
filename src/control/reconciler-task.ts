import type { LeaderTask } from './leader-task.ts';
import type { Reconciler } from './reconciler.ts';
import { runReconciler } from './run-reconciler.ts';
import type { RunOptions } from './run-reconciler.ts';

/** A reconciler as work of the leader. */
export function reconcilerTask<Observed>(reconciler: Reconciler<Observed>, options: RunOptions = {}): LeaderTask {
  return { name: reconciler.name, start: (context) => runReconciler(reconciler, context, options) };
}
