import type { LeaderContext } from '../control/leader-task.ts';
import type { Plan } from '../control/reconciler.ts';
import { Meters } from '../lib/meters.ts';
import { ApiError } from '../model/errors.ts';
import { isKind } from '../model/object.ts';
import type { Pod } from '../model/object.ts';
import type { Change } from '../store/store.ts';
import { clusterEventsOf } from './cluster-event.ts';
import { explainRefusals } from './explain-refusals.ts';
import { NodeCache } from './node-cache.ts';
import { planBinding, planRefusal } from './plan-binding.ts';
import { podInfoOf } from './pod-info.ts';
import type { PodInfo } from './pod-info.ts';
import { RememberedRefusals } from './remembered-refusals.ts';
import { schedule } from './schedule.ts';
import type { Refusals } from './schedule.ts';
import { createSchedulerMeters } from './scheduler-meters.ts';
import type { SchedulerMeters } from './scheduler-meters.ts';
import { SchedulingQueue } from './scheduling-queue.ts';

/** How a scheduler runs. */
export interface SchedulerOptions {
  /** It places the Pods that name it. `default-scheduler` where left out. */
  readonly schedulerName?: string | undefined;
  /** Numbers from 0 up to 1 that decide between equally good nodes; the first one found wins where left out. */
  readonly random?: (() => number) | undefined;
}

/** Decisions before other work of the process gets its turn. */
const decisionsPerTurn = 32;
/** Commits under way at once; the store gathers them. */
const commitsAtOnce = 1000;

/** Places Pods until disposed. Each decision counts at once for the next one; each Pod is bound by a change set of its own, so that one refusal spoils no other. */
export function runScheduler(context: LeaderContext, options: SchedulerOptions = {}): AsyncDisposable {
  const scheduler = new Scheduler(context, options);
  const endFeed = context.store.onChanges((changes) => scheduler.see(changes));
  scheduler.begin();
  return { [Symbol.asyncDispose]: async () => { endFeed(); await scheduler.end(); } };
}

class Scheduler {
  private readonly cache: NodeCache;
  private readonly queue = new SchedulingQueue();
  private readonly refusals = new RememberedRefusals();
  private readonly commits = new Set<Promise<void>>();
  private readonly name: string;
  private readonly meters: SchedulerMeters;
  private startIndex = 0;
  private turn: NodeJS.Immediate | undefined;
  private cancelTimer = (): void => {};
  private isEnded = false;

  constructor(private readonly context: LeaderContext, private readonly options: SchedulerOptions) {
    this.name = options.schedulerName ?? 'default-scheduler';
    this.meters = createSchedulerMeters(context.meters ?? new Meters(), this.queue);
    this.cache = new NodeCache(context.store.snapshot());
  }

  begin(): void {
    for (const pod of this.context.store.snapshot().list('Pod')) if (this.wantsNode(pod)) this.queue.set(pod);
    this.look();
  }

  /** Takes up changes of the store; does little, as it is called while a commit finishes. */
  see(changes: readonly Change[]): void {
    for (const change of changes) {
      this.cache.apply(change);
      if (!isKind(change.object, 'Pod')) continue;
      if (change.type !== 'DELETED' && this.wantsNode(change.object)) this.queue.set(change.object);
      else this.queue.remove(change.object.metadata.uid);
    }
    for (const change of changes) {
      if (change.object.kind === 'Node') this.refusals.clear();
      for (const event of clusterEventsOf(change)) this.makeRoom(event);
    }
    this.look();
  }

  async end(): Promise<void> {
    this.isEnded = true;
    this.cancelTimer();
    if (this.turn) clearImmediate(this.turn);
    await Promise.all(this.commits);
    this.meters.end();
  }

  /** Has a turn soon if a Pod is ready, else when the first one's time comes. */
  private look(): void {
    if (this.isEnded || this.turn || this.commits.size >= commitsAtOnce) return;
    this.cancelTimer();
    this.cancelTimer = () => {};
    const dueMs = this.queue.dueInMs(this.context.clock.now());
    if (dueMs === 0) this.turn = setImmediate(() => { this.turn = undefined; this.takeTurn(); });
    else if (dueMs !== undefined) this.cancelTimer = this.context.clock.after(dueMs, () => this.look());
  }

  private takeTurn(): void {
    for (let decisions = 0; decisions < decisionsPerTurn && this.commits.size < commitsAtOnce; decisions++) {
      const next = this.queue.take(this.context.clock.now());
      if (!next) break;
      this.decide(podInfoOf(next.pod));
    }
    this.look();
  }

  private decide(info: PodInfo): void {
    const decided = this.meters.decisionStarted();
    const known = this.refusals.recall(info);
    if (known) {
      decided('refused');
      return this.refuse(info, known);
    }
    const decision = schedule(info, this.cache, { startIndex: this.startIndex, random: this.options.random });
    this.startIndex = decision.nextIndex;
    decided(decision.type);
    if (decision.type === 'placed') return this.bind(info, decision.nodeName);
    this.refusals.remember(info, decision.refusals);
    this.refuse(info, decision.refusals);
  }

  private bind(info: PodInfo, nodeName: string): void {
    this.cache.assume(info, nodeName);
    this.commit(planBinding(info.pod, nodeName, this.context.clock.now()), (error) => {
      this.meters.bound('error', info.pod.metadata.creationTimestamp, this.context.clock.now());
      const isExpected = error instanceof ApiError && (error.code === 'CONFLICT' || error.code === 'NOT_FOUND');
      this.context.logger[isExpected ? 'debug' : 'warn']({ pod: info.pod.metadata.name, namespace: info.pod.metadata.namespace, node: nodeName, err: error }, 'binding refused');
      this.cache.forget(info.uid);
      this.queue.fail(info.uid, this.context.clock.now());
      this.makeRoom('pod-left-node');
    }, () => this.meters.bound('ok', info.pod.metadata.creationTimestamp, this.context.clock.now()));
  }

  private refuse(info: PodInfo, refusals: Refusals): void {
    this.meters.refused(refusals);
    this.queue.refuse(info.uid, new Set(refusals.byFilter.keys()), this.context.clock.now());
    const plan = planRefusal(info.pod, explainRefusals(refusals), this.context.clock.now());
    if (plan.changes.length > 0) this.commit(plan, (error) => this.context.logger.debug({ pod: info.pod.metadata.name, err: error }, 'refusal not written'));
  }

  private commit(plan: Plan, onError: (error: unknown) => void, onDone?: () => void): void {
    const { registry, recorder, fence } = this.context;
    const commit = registry.commit(plan.changes, { actor: 'controller:scheduler', fence })
      .then(() => { onDone?.(); for (const event of plan.events ?? []) recorder.record({ ...event, component: this.name }); }, onError)
      .finally(() => { this.commits.delete(commit); this.look(); });
    this.commits.add(commit);
  }

  private makeRoom(event: Parameters<SchedulingQueue['wake']>[0]): void {
    this.refusals.clear();
    this.queue.wake(event, this.context.clock.now());
  }

  private wantsNode({ spec, status, metadata }: Pod): boolean {
    return spec.nodeName === undefined && spec.schedulerName === this.name && metadata.deletionTimestamp === undefined && status.phase === 'Pending';
  }
}
