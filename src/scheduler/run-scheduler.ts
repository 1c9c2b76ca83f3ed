import type { LeaderContext } from '../control/leader-task.ts';
import type { Plan } from '../control/reconciler.ts';
import { Meters } from '../lib/meters.ts';
import { ApiError } from '../model/errors.ts';
import { isKind } from '../model/object.ts';
import type { Pod } from '../model/object.ts';
import type { Change } from '../store/store.ts';
import { clusterEventsOf } from './cluster-event.ts';
import { demandOf } from './demand.ts';
import { explainRefusals } from './explain-refusals.ts';
import { filters } from './filters/index.ts';
import { KeptSearches } from './kept-searches.ts';
import { NodeCache } from './node-cache.ts';
import { planBindings, planRefusal } from './plan-binding.ts';
import type { Binding } from './plan-binding.ts';
import { podInfoOf } from './pod-info.ts';
import type { PodInfo } from './pod-info.ts';
import { RememberedRefusals } from './remembered-refusals.ts';
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

/** Decisions before other work of the process gets its turn; their bindings are one change set. */
const decisionsPerTurn = 64;
/** Bindings and refusals that may be on their way to the store at once. */
const unstoredAtOnce = 2000;

/** A decision with what the cache counts. */
interface Placement extends Binding {
  readonly info: PodInfo;
}

/** Places Pods until disposed. Each decision counts at once for the next one. The bindings of a turn are stored together; where they are refused, one by one, so that one refusal spoils no other. */
export function runScheduler(context: LeaderContext, options: SchedulerOptions = {}): AsyncDisposable {
  const scheduler = new Scheduler(context, options);
  const endFeed = context.store.onChanges((changes) => scheduler.see(changes));
  scheduler.begin();
  return { [Symbol.asyncDispose]: async () => { endFeed(); await scheduler.end(); } };
}

class Scheduler {
  private readonly cache: NodeCache;
  private readonly searches: KeptSearches;
  private readonly queue = new SchedulingQueue();
  private readonly refusals = new RememberedRefusals();
  private readonly commits = new Set<Promise<void>>();
  private unstored = 0;
  private readonly name: string;
  private readonly meters: SchedulerMeters;
  private startIndex = 0;
  private turn: NodeJS.Immediate | undefined;
  private cancelTimer = (): void => {};
  private isEnded = false;

  constructor(private readonly context: LeaderContext, private readonly options: SchedulerOptions) {
    this.name = options.schedulerName ?? 'default-scheduler';
    this.meters = createSchedulerMeters(context.meters ?? new Meters(), this.queue, context.clock);
    this.cache = new NodeCache(context.store.snapshot());
    this.searches = new KeptSearches(this.cache);
  }

  begin(): void {
    for (const pod of this.context.store.snapshot().list('Pod')) if (this.wantsNode(pod)) this.queue.set(pod, this.context.clock.now());
    this.look();
  }

  /** Takes up changes of the store; does little, as it is called while a commit finishes. */
  see(changes: readonly Change[]): void {
    for (const change of changes) {
      this.cache.apply(change);
      if (!isKind(change.object, 'Pod')) continue;
      if (change.type !== 'DELETED' && this.wantsNode(change.object)) this.queue.set(change.object, this.context.clock.now());
      else this.queue.remove(change.object.metadata.uid);
    }
    if (changes.some(({ object }) => object.kind === 'Node' || object.kind === 'Namespace')) this.refusals.clear();
    for (const event of new Set(changes.flatMap(clusterEventsOf))) this.makeRoom(event);
    this.look();
  }

  async end(): Promise<void> {
    this.isEnded = true;
    this.cancelTimer();
    if (this.turn) clearImmediate(this.turn);
    while (this.commits.size > 0) await Promise.all(this.commits);
    this.meters.end();
  }

  /** Has a turn soon if a Pod is ready, else when the first one's time comes. */
  private look(): void {
    if (this.isEnded || this.turn || this.unstored >= unstoredAtOnce) return;
    this.cancelTimer();
    this.cancelTimer = () => {};
    const dueMs = this.queue.dueInMs(this.context.clock.now());
    if (dueMs === 0) this.turn = setImmediate(() => { this.turn = undefined; this.takeTurn(); });
    else if (dueMs !== undefined) this.cancelTimer = this.context.clock.after(dueMs, () => this.look());
  }

  private takeTurn(): void {
    const placed: Placement[] = [];
    for (let decisions = 0; decisions < decisionsPerTurn; decisions++) {
      const next = this.queue.take(this.context.clock.now());
      if (!next) break;
      this.meters.taken(next.waitedMs);
      const placement = this.decide(podInfoOf(next.pod));
      if (placement) placed.push(placement);
    }
    if (placed.length > 0) this.bind(placed);
    this.look();
  }

  /** Finds a node and counts the Pod there, or writes down that there is none. */
  private decide(info: PodInfo): Placement | undefined {
    const decided = this.meters.decisionStarted();
    const demand = demandOf(info), known = this.refusals.recall(demand);
    if (known) {
      decided('refused');
      this.refuse(info, known);
      return undefined;
    }
    const decision = this.searches.decide(info, demand, { startIndex: this.startIndex, random: this.options.random });
    this.startIndex = decision.nextIndex;
    decided(decision.type);
    if (decision.type === 'placed') {
      this.cache.assume(info, decision.nodeName);
      return { info, pod: info.pod, nodeName: decision.nodeName };
    }
    if (![...decision.refusals.byFilter.keys()].some((name) => filters[name].scope === 'cluster')) this.refusals.remember(demand, decision.refusals);
    this.refuse(info, decision.refusals);
    return undefined;
  }

  private bind(placed: readonly Placement[]): void {
    const { clock } = this.context;
    this.commit(planBindings(placed), placed.length, () => {
      for (const { pod } of placed) this.meters.bound('ok', pod.metadata.creationTimestamp, clock.now());
    }, (error) => {
      if (placed.length > 1 && isAboutOne(error)) for (const one of placed) this.bind([one]);
      else for (const one of placed) this.takeBack(one, error);
    });
  }

  /** A decision that could not be stored: the Pod is tried again after a while. */
  private takeBack({ info, pod: { metadata }, nodeName }: Placement, error: unknown): void {
    const { clock, logger } = this.context;
    this.meters.bound('error', metadata.creationTimestamp, clock.now());
    const isExpected = error instanceof ApiError && (error.code === 'CONFLICT' || error.code === 'NOT_FOUND');
    logger[isExpected ? 'debug' : 'warn']({ pod: metadata.name, namespace: metadata.namespace, node: nodeName, err: error }, 'binding refused');
    this.cache.forget(info.uid);
    this.queue.fail(info.uid, clock.now());
    this.makeRoom('pod-left-node');
  }

  private refuse(info: PodInfo, refusals: Refusals): void {
    this.meters.refused(refusals);
    this.queue.refuse(info.uid, new Set(refusals.byFilter.keys()), this.context.clock.now());
    const plan = planRefusal(info.pod, explainRefusals(refusals), this.context.clock.now());
    if (plan.changes.length > 0) this.commit(plan, 1, () => undefined, (error) => this.context.logger.debug({ pod: info.pod.metadata.name, err: error }, 'refusal not written'));
  }

  private commit(plan: Plan, pods: number, onDone: () => void, onError: (error: unknown) => void): void {
    const { registry, recorder, fence } = this.context;
    this.unstored += pods;
    const commit = registry.commit(plan.changes, { actor: 'controller:scheduler', fence })
      .then(() => { onDone(); for (const event of plan.events ?? []) recorder.record({ ...event, component: this.name }); }, onError)
      .finally(() => {
        this.unstored -= pods;
        this.commits.delete(commit);
        this.look();
      });
    this.commits.add(commit);
  }

  private makeRoom(event: Parameters<SchedulingQueue['wake']>[0]): void {
    // Another Pod on a node makes room only where rules ask about other Pods, and their refusals are not remembered.
    if (event !== 'pod-on-node-changed') this.refusals.clear();
    this.queue.wake(event, this.context.clock.now());
  }

  private wantsNode({ spec, status, metadata }: Pod): boolean {
    return spec.nodeName === undefined && spec.schedulerName === this.name && metadata.deletionTimestamp === undefined && status.phase === 'Pending';
  }
}

/** Whether an error tells of one object of a change set, so that the others may be stored without it. */
function isAboutOne(error: unknown): boolean {
  return error instanceof ApiError && ['CONFLICT', 'NOT_FOUND', 'INVALID', 'ALREADY_EXISTS'].includes(error.code);
}
