import type { LeaderContext, LeaderTask } from '../../control/leader-task.ts';
import { runReconciler } from '../../control/run-reconciler.ts';
import type { RunOptions, RunningReconciler } from '../../control/run-reconciler.ts';
import { isConditionTrue } from '../../model/conditions.ts';
import { isKind } from '../../model/object.ts';
import type { Node, StoredObject } from '../../model/object.ts';
import type { Change } from '../../store/store.ts';
import type { NodeLifecycleConfig } from './config.ts';
import { noGrants, planGrants } from './plan-grants.ts';
import type { Grants } from './plan-grants.ts';
import { nodeHealthReconciler, taintEvictionReconciler } from './reconciler.ts';

/** Notices lost nodes and gives up their Pods. Reads the ages of all heartbeats with one query per period. */
export function nodeLifecycleTask(config: NodeLifecycleConfig, options: RunOptions = {}): LeaderTask {
  return { name: 'node-lifecycle', start: (context) => new NodeMonitor(config, options, context) };
}

class NodeMonitor implements AsyncDisposable {
  readonly #health: RunningReconciler;
  readonly #eviction: RunningReconciler;
  readonly #endFeed: () => void;
  /** When a node last said that it is ready after it was not: as good as a heartbeat, and known before the next reading. */
  readonly #heardMs = new Map<string, number>();
  #ages: ReadonlyMap<string, number> = new Map();
  #readMs: number | undefined;
  #unbrokenSinceMs: number | undefined;
  #grants: Grants = noGrants;
  #cancel: () => void = () => {};
  #polling: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(readonly config: NodeLifecycleConfig, options: RunOptions, readonly context: LeaderContext) {
    this.#endFeed = context.store.onChanges((changes) => { for (const change of changes) if (change.object.kind === 'Node') this.#hear(change); });
    const facts = (name: string) => ({ ...this.#heartbeat(name), mayEvict: this.#grants.nodes.has(name), config });
    this.#health = runReconciler(nodeHealthReconciler(facts), context, options);
    this.#eviction = runReconciler(taintEvictionReconciler, context, options);
    this.#poll();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#cancel();
    this.#endFeed();
    await this.#polling;
    await Promise.all([this.#health[Symbol.asyncDispose](), this.#eviction[Symbol.asyncDispose]()]);
  }

  /** A node's age when it was last read (its next heartbeat may be there already), and for how long ages have been read without a gap. */
  #heartbeat(name: string): { readonly ageMs: number | undefined; readonly watchedMs: number } {
    const nowMs = this.context.clock.now();
    const [age, heardMs] = [this.#ages.get(name), this.#heardMs.get(name)];
    const ages = [...(age === undefined ? [] : [age]), ...(heardMs === undefined ? [] : [nowMs - heardMs])];
    return { ageMs: ages.length === 0 ? undefined : Math.min(...ages), watchedMs: this.#readMs === undefined ? 0 : this.#readMs - (this.#unbrokenSinceMs ?? nowMs) };
  }

  #hear({ type, object, previous }: Change): void {
    const isReady = (node: StoredObject | undefined): boolean => node !== undefined && isKind(node, 'Node') && isConditionTrue(node.status.conditions, 'Ready');
    if (type === 'DELETED') this.#heardMs.delete(object.metadata.name);
    else if (isReady(object) && !isReady(previous)) this.#heardMs.set(object.metadata.name, this.context.clock.now());
  }

  #poll(): void {
    const { clock, logger } = this.context;
    this.#polling = this.#read().catch((error: unknown) => logger.error({ err: error }, 'cannot judge the nodes')).finally(() => {
      if (!this.#ended) this.#cancel = clock.after(this.config.monitorPeriodMs, () => this.#poll());
    });
  }

  async #read(): Promise<void> {
    const { store, clock, logger } = this.context;
    try {
      this.#ages = await store.leases.nodeAges();
    } catch (error) {
      logger.warn({ err: error }, 'cannot read the heartbeats of nodes; no node is given up meanwhile');
      this.#unbrokenSinceMs = undefined;
      return;
    }
    const nowMs = clock.now();
    // Whoever could not read for some periods could not be written to either: everybody gets the whole grace period again.
    if (this.#readMs === undefined || this.#unbrokenSinceMs === undefined || nowMs - this.#readMs > 3 * this.config.monitorPeriodMs) this.#unbrokenSinceMs = nowMs;
    this.#readMs = nowMs;
    this.#grants = planGrants(store.snapshot().list('Node'), this.#grants, this.config, nowMs);
    for (const node of store.snapshot().list('Node')) if (this.#isSuspect(node)) this.#health.look(node.metadata.name);
  }

  /** Healthy nodes are looked at when they change; time alone matters only to the others. */
  #isSuspect(node: Node): boolean {
    return (this.#ages.get(node.metadata.name) ?? Infinity) > this.config.graceMs || !isConditionTrue(node.status.conditions, 'Ready') || this.#grants.nodes.has(node.metadata.name);
  }
}
