import { noTracer } from '../lib/tracer.ts';
import { WorkQueue } from '../lib/work-queue.ts';
import type { WorkQueueHooks } from '../lib/work-queue.ts';
import { ApiError } from '../model/errors.ts';
import type { LeaderContext } from './leader-task.ts';
import { reconcilerMeters } from './reconciler-meters.ts';
import type { Plan, Reconciler } from './reconciler.ts';
import { watchedKeys } from './watched-keys.ts';

/** How a reconciler is run. */
export interface RunOptions {
  /** Keys worked on at the same time. 32 where left out: their commits are gathered by the store. */
  readonly concurrency?: number | undefined;
  /** Every key is looked at again after this time even if nothing changed. Ten minutes where left out. */
  readonly resyncMs?: number | undefined;
  readonly hooks?: WorkQueueHooks | undefined;
}

/** A reconciler at work. Disposing ends it and waits for what is under way. */
export interface RunningReconciler extends AsyncDisposable {
  /** Look at a key soon, for a reason that is not a change of an object. */
  look(key: string): void;
}

/**
 * Runs a reconciler until disposed: changes become keys, keys are observed on the newest snapshot, and what the plan says is committed as one change set with
 * the leader's fence. A refused commit leads to another look after the key's backoff; own commits are in the snapshot of the next look.
 */
export function runReconciler<Observed>(reconciler: Reconciler<Observed>, context: LeaderContext, options: RunOptions = {}): RunningReconciler {
  const { store, clock, tracer = noTracer } = context;
  const logger = context.logger.child({ controller: reconciler.name });
  const queue = new WorkQueue({
    clock,
    concurrency: options.concurrency ?? 32,
    work: (key) => tracer.span('reconcile', { controller: reconciler.name, key }, () => reconcile(reconciler, context, key)),
    onError: (key, error, failures) => logger[isExpected(error) ? 'debug' : 'warn']({ key, failures, err: error }, 'will look again'),
    hooks: options.hooks ?? (context.meters && reconcilerMeters(context.meters, reconciler.name)),
  });
  const addAll = (): void => { for (const key of reconciler.allKeys(store.snapshot())) queue.add(key); };
  const keysOf = watchedKeys(reconciler);
  const endFeed = store.onChanges((changes, snapshot) => {
    for (const change of changes) for (const key of keysOf(change, snapshot)) queue.add(key);
  });
  addAll();
  let cancelResync = (): void => {};
  const resync = (): void => {
    cancelResync = clock.after(options.resyncMs ?? 600_000, () => { addAll(); resync(); });
  };
  resync();
  return {
    look: (key) => queue.add(key),
    [Symbol.asyncDispose]: async () => {
      endFeed();
      cancelResync();
      await queue[Symbol.asyncDispose]();
    },
  };
}

/** One look at one key. Resolves to the time after which it wants another. */
async function reconcile<Observed>(reconciler: Reconciler<Observed>, context: LeaderContext, key: string): Promise<number | undefined> {
  const observed = reconciler.observe(key, context.store.snapshot());
  if (observed === undefined) return undefined;
  const plan = reconciler.plan(observed, context.clock.now());
  try {
    await apply(reconciler.name, plan, context);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'CONFLICT') return lookAgainMs;
    if (error instanceof ApiError) {
      const refused = reconciler.planRefused?.(observed, error, context.clock.now());
      if (refused) await apply(reconciler.name, refused, context);
    }
    throw error;
  }
  return plan.requeueAfterMs;
}

/** Another writer was faster: its change arrives within moments, and is no reason to wait longer each time. */
const lookAgainMs = 10;

async function apply(name: string, plan: Plan, context: LeaderContext): Promise<void> {
  if (plan.changes.length > 0) await context.registry.commit(plan.changes, { actor: `controller:${name}`, fence: context.fence });
  for (const event of plan.events ?? []) context.recorder.record({ ...event, component: name });
}

/** The object is gone, or its namespace is going: another look is all it takes. */
function isExpected(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'NOT_FOUND';
}
