import type { Logger } from 'pino';
import { formatTime } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import type { Meters } from '../lib/meters.ts';
import type { Tracer } from '../lib/tracer.ts';
import { wait } from '../lib/wait.ts';
import type { Registry } from '../registry/registry.ts';
import type { Fence, Held, Store } from '../store/store.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { LeaderContext, LeaderTask } from './leader-task.ts';

/** How leadership is timed. */
export interface LeaseTimes {
  /** Within how long after a leader fell silent another one's tasks run. A fifteenth of it is kept for their start: the lease runs out that much earlier. */
  readonly durationMs: number;
  /** After how long without a renewal a leader steps down by itself; less than the lease. */
  readonly renewMs: number;
  /** How often the leader renews, and how long the others wait at most until they try again; they try just when the lease runs out. */
  readonly retryMs: number;
}

/** For how long a lease is taken: the rest of the duration is for the next leader's start. */
const leaseMs = ({ durationMs }: LeaseTimes): number => Math.round(durationMs * 14 / 15);

/** Kubernetes' own times. */
export const defaultLeaseTimes: LeaseTimes = { durationMs: 15_000, renewMs: 10_000, retryMs: 2_000 };

/** What running as leader takes. */
export interface LeaderOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Unique for this process. */
  readonly serverId: string;
  /** Name of the lease; servers with different tasks need different ones. */
  readonly leaseName: string;
  readonly lease?: LeaseTimes | undefined;
  readonly tasks: readonly LeaderTask[];
  /** Passed on to the tasks; tells whether this server leads. */
  readonly meters?: Meters | undefined;
  readonly tracer?: Tracer | undefined;
}

/** The lease of each role that one server at a time has; Kubernetes' own names. */
export const leaderLeases = { controllers: 'kube-controller-manager', scheduler: 'kube-scheduler' } as const;

/** The annotation of the namespace kube-system that tells who holds a lease, and since when. */
export const leaderAnnotation = (leaseName: string): string => `gantry.dev/${leaseName}`;

/**
 * Runs the tasks whenever this server leads; one server does at a time. Disposing ends the tasks and gives the lease up, so that another takes over at once.
 * A leader that cannot renew steps down before the others may take its place, and what it still sends is refused by the fence.
 */
export function runAsLeader(options: LeaderOptions): AsyncDisposable {
  const ending = new AbortController();
  const running = campaign(options, ending.signal);
  return {
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await running;
      await options.store.leases.release(options.leaseName, options.serverId).catch((error: unknown) => options.logger.warn({ err: error }, 'the lease of the leader will run out by itself'));
    },
  };
}

function leads({ meters, leaseName }: LeaderOptions, isLeader: boolean): void {
  meters?.gauge('gantry_leader', 'Whether this server leads, by lease.', ['lease']).set({ lease: leaseName }, isLeader ? 1 : 0);
}

async function campaign(options: LeaderOptions, signal: AbortSignal): Promise<void> {
  leads(options, false);
  const times = options.lease ?? defaultLeaseTimes;
  while (!signal.aborted) {
    const held = await acquire(options, times);
    if (held?.epoch !== undefined && !signal.aborted) await reign(options, times, held.epoch, signal);
    const waitMs = held && 'othersForMs' in held ? Math.min(times.retryMs, held.othersForMs) : times.retryMs;
    await wait(waitMs, options.clock, signal).catch(() => undefined);
  }
}

async function acquire({ store, leaseName, serverId, logger }: LeaderOptions, times: LeaseTimes): Promise<Held | undefined> {
  try {
    return await store.leases.acquire(leaseName, serverId, leaseMs(times));
  } catch (error) {
    logger.debug({ err: error }, 'cannot ask for the lease of the leader');
    return undefined;
  }
}

/** Leads until the lease is lost or the signal aborts. */
async function reign(options: LeaderOptions, times: LeaseTimes, epoch: number, signal: AbortSignal): Promise<void> {
  const fence: Fence = { lease: options.leaseName, epoch };
  const logger = options.logger.child({ lease: options.leaseName, epoch });
  const started: AsyncDisposable[] = [];
  try {
    await announce(options, fence);
    logger.info('leads');
    const { store, registry, recorder, clock, meters, tracer } = options;
    leads(options, true);
    for (const task of options.tasks) started.push(task.start({ store, registry, recorder, clock, logger: logger.child({ task: task.name }), fence, meters, tracer } satisfies LeaderContext));
    await untilLost(options, times, epoch, signal);
    logger.info(signal.aborted ? 'gives up leadership' : 'has lost leadership');
  } catch (error) {
    logger.warn({ err: error }, 'cannot lead');
  }
  await Promise.allSettled(started.map((task) => task[Symbol.asyncDispose]()));
  leads(options, false);
}

/**
 * Writes who leads. The commit's revision is above everything that an earlier leader wrote and may still write, and it is in this server's snapshot
 * when it resolves: so no task ever decides on a state from before an earlier leader's last change.
 */
async function announce(options: LeaderOptions, fence: Fence): Promise<void> {
  const since = formatTime(options.clock.now());
  await options.registry.commit(
    [{ verb: 'patch', kind: 'Namespace', target: { name: 'kube-system' }, patch: { metadata: { annotations: { [leaderAnnotation(options.leaseName)]: `${options.serverId} since ${since}` } } } }],
    { actor: `leader:${options.leaseName}`, fence },
  );
  options.recorder.record({
    object: { apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }, type: 'Normal', reason: 'LeaderElection',
    message: `${options.serverId} became leader`, component: options.leaseName,
  });
}

/** Resolves when the lease could not be renewed in time, is someone else's, or the signal aborts. */
async function untilLost(options: LeaderOptions, times: LeaseTimes, epoch: number, signal: AbortSignal): Promise<void> {
  let renewedMs = options.clock.now();
  while (!signal.aborted) {
    await wait(times.retryMs, options.clock, signal).catch(() => undefined);
    if (signal.aborted) return;
    const askedMs = options.clock.now();
    const leftMs = renewedMs + times.renewMs - askedMs;
    const held = await Promise.race([acquire(options, times), patience(options.clock, Math.max(leftMs, 0))]);
    if (held && held.epoch !== epoch) return;
    if (held) renewedMs = askedMs;
    else if (options.clock.now() - renewedMs >= times.renewMs) return;
  }
}

function patience(clock: Clock, ms: number): Promise<undefined> {
  return new Promise((resolve) => void clock.after(ms, () => resolve(undefined)));
}
