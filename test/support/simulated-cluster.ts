import type { Reconciler } from '../../src/control/reconciler.ts';
import { decideEviction } from '../../src/kinds/pod-disruption-budget/decide-eviction.ts';
import { kinds } from '../../src/kinds/index.ts';
import { withCondition } from '../../src/model/conditions.ts';
import { kindFacts } from '../../src/model/object.ts';
import type { Inputs, KindName, ObjectMeta, Pod, StoredObject } from '../../src/model/object.ts';
import type { RequestedChange } from '../../src/registry/registry.ts';
import { isReadyToGo, planDeletion } from '../../src/registry/verbs/plan-deletion.ts';
import { MemorySnapshot } from '../../src/store/snapshot.ts';
import type { Change, Snapshot } from '../../src/store/store.ts';

type SimpleChange = Exclude<RequestedChange, { verb: 'evict' }>;
type Fields = Readonly<Record<string, unknown>>;

/**
 * A cluster without Postgres, registry or time of its own: plans are applied at once to an immutable snapshot, and Pods do what the test says.
 * For properties of planners; what the registry refuses is not refused here.
 */
export class SimulatedCluster {
  #snapshot: MemorySnapshot = MemorySnapshot.empty;
  #serial = 0;
  nowMs = Date.UTC(2030, 0, 1);

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** One look of a reconciler at a key. Tells whether it changed anything. */
  reconcile<Observed>(reconciler: Reconciler<Observed>, key: string): boolean {
    const observed = reconciler.observe(key, this.#snapshot);
    if (observed === undefined) return false;
    const before = this.#snapshot.revision;
    this.apply(reconciler.plan(observed, this.nowMs).changes);
    return this.#snapshot.revision !== before;
  }

  /** Applies changes as one revision. */
  apply(changes: readonly RequestedChange[]): void {
    if (changes.length === 0) return;
    const revision = this.#snapshot.revision + 1;
    let draft = this.#snapshot;
    for (const change of changes) for (const step of this.#stepsOf(change, draft)) draft = draft.after([this.#applied(step, draft, revision)], revision);
    this.#snapshot = draft;
  }

  /** Replaces the status of a Pod. */
  setPod(pod: Pod, status: Partial<Pod['status']>, nodeName = pod.spec.nodeName): void {
    this.#put({ ...pod, spec: { ...pod.spec, nodeName }, status: { ...pod.status, ...status } });
  }

  /** Sets the Ready condition of a Pod, now; a Pod that becomes ready runs. */
  setReady(pod: Pod, isReady: boolean): void {
    const conditions = withCondition(pod.status.conditions, { type: 'Ready', status: isReady ? 'True' : 'False' }, this.nowMs);
    this.setPod(pod, { phase: isReady ? 'Running' : pod.status.phase, conditions }, pod.spec.nodeName ?? `node-${this.#serial % 5}`);
  }

  /** The Pod's node has stopped it. */
  end(pod: Pod): void {
    const revision = this.#snapshot.revision + 1;
    this.#snapshot = this.#snapshot.after([{ type: 'DELETED', object: pod }], revision);
  }

  #put(object: StoredObject): void {
    const revision = this.#snapshot.revision + 1;
    this.#snapshot = this.#snapshot.after([{ type: 'MODIFIED', object: stamped(object, revision) }], revision);
  }

  /** An eviction takes from its budget, then deletes. Throws where no budget allows it: a plan must not ask for it. */
  #stepsOf(change: RequestedChange, draft: MemorySnapshot): readonly SimpleChange[] {
    if (change.verb !== 'evict') return [change];
    const { namespace = 'default', name } = change.target;
    const pod = draft.get('Pod', namespace, name);
    const decision = pod && decideEviction(pod, draft.list('PodDisruptionBudget', namespace), this.nowMs);
    if (decision?.type !== 'allowed' && decision?.type !== 'harmless') throw new Error(`Pod ${name} cannot be evicted: ${decision?.reason ?? 'it is not there'}`);
    const budget = decision.type === 'allowed' ? decision.budget : undefined;
    return [
      ...(budget ? [{ verb: 'updateStatus', kind: 'PodDisruptionBudget', target: { namespace, name: budget.metadata.name }, status: budget.status } as const] : []),
      { verb: 'delete', kind: 'Pod', target: change.target, options: change.options },
    ];
  }

  #applied(change: SimpleChange, draft: MemorySnapshot, revision: number): Pick<Change, 'type' | 'object'> {
    if (change.verb === 'create') return { type: 'ADDED', object: stamped(this.#created(change.kind, change.input), revision) };
    if (change.verb === 'update' || change.verb === 'apply' || change.verb === 'bind') throw new Error(`not simulated: ${change.verb}`);
    const { namespace = kindFacts[change.kind].namespaced ? 'default' : '', name, uid, resourceVersion } = change.target;
    const object = draft.find({ kind: change.kind, namespace, name });
    if (!object || (uid !== undefined && uid !== object.metadata.uid)) throw new Error(`${change.kind} ${name} is not there`);
    if (resourceVersion !== undefined && resourceVersion !== object.metadata.resourceVersion && Number(object.metadata.resourceVersion) !== revision) throw new Error(`${change.kind} ${name} was changed`);
    return settled(stamped(this.#changed(change, object), revision));
  }

  #changed(change: Extract<SimpleChange, { verb: 'delete' | 'updateStatus' | 'transformStatus' | 'patch' }>, object: StoredObject): StoredObject {
    switch (change.verb) {
      case 'delete': return planDeletion(object, change.options ?? {}, kinds[change.kind].defaultPropagation, this.nowMs);
      case 'updateStatus': return { ...object, status: change.status };
      case 'transformStatus': return { ...object, status: change.transform(object as never) ?? object.status };
      case 'patch': return patched(object, change.patch as Fields);
    }
  }

  #created<K extends KindName>(kind: K, input: Inputs[K]): StoredObject {
    this.#serial += 1;
    const given = input.metadata ?? {};
    const content = kinds[kind].applyDefaults(input);
    const metadata: ObjectMeta = {
      uid: `uid-${String(this.#serial).padStart(6, '0')}`, name: given.name ?? `${given.generateName ?? ''}${this.#serial}`, resourceVersion: '0', generation: 1,
      namespace: kindFacts[kind].namespaced ? given.namespace ?? 'default' : undefined, creationTimestamp: new Date(this.nowMs).toISOString(), labels: given.labels ?? {},
      annotations: given.annotations ?? {}, finalizers: given.finalizers ?? [], ownerReferences: given.ownerReferences ?? [], managedFields: [],
    };
    return { apiVersion: kindFacts[kind].apiVersion, kind, metadata, ...content, status: kinds[kind].initialStatus?.(content as never) };
  }
}

function stamped(object: StoredObject, revision: number): StoredObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}

/** An object that nothing holds back any more goes. */
function settled(object: StoredObject): Pick<Change, 'type' | 'object'> {
  return { type: isReadyToGo(object) ? 'DELETED' : 'MODIFIED', object };
}

function patched(object: StoredObject, patch: Fields): StoredObject {
  const { metadata = {}, ...content } = patch as { metadata?: Fields };
  const next = merged(object as unknown as Fields, { ...content, metadata }) as unknown as StoredObject;
  const isContent = Object.values(content).some((value) => value !== undefined && Object.keys(value as Fields).length > 0);
  return { ...next, metadata: { ...next.metadata, generation: object.metadata.generation + (isContent ? 1 : 0) } };
}

function merged(base: Fields, patch: Fields): Fields {
  const entries = Object.entries(patch).filter(([, value]) => value !== undefined);
  const values = entries.map(([key, value]) => [key, isFields(value) ? merged(isFields(base[key]) ? base[key] : {}, value) : value] as const);
  return Object.fromEntries(Object.entries({ ...base, ...Object.fromEntries(values) }).filter(([, value]) => value !== null));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
