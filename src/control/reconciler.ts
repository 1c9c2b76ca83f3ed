import type { ApiError } from '../model/errors.ts';
import type { EventType, KindName, ObjectReference } from '../model/object.ts';
import type { RequestedChange } from '../registry/registry.ts';
import type { Change, Snapshot } from '../store/store.ts';

/** Something worth telling people; equal ones are counted. */
export interface PlannedEvent {
  readonly object: ObjectReference;
  readonly reason: string;
  readonly message: string;
  readonly type: EventType;
}

/** What a reconciler decided. All changes of one plan become one change set. An empty plan writes nothing. */
export interface Plan {
  readonly changes: readonly RequestedChange[];
  readonly events?: readonly PlannedEvent[] | undefined;
  /** Look again after this time even if nothing changes. */
  readonly requeueAfterMs?: number | undefined;
}

/** Makes one aspect of the cluster as it should be. `observe` and `plan` are pure. */
export interface Reconciler<Observed> {
  /** Names the controller in logs, metrics, events and actors: `replica-set`. */
  readonly name: string;
  /** Which changes of which kinds mean "look at these keys again". */
  readonly watches: readonly { readonly kind: KindName; keys(change: Change, snapshot: Snapshot): readonly string[] }[];
  /** All keys, for the first look and the slow full resync. */
  allKeys(snapshot: Snapshot): readonly string[];
  /** One consistent read of all that the plan needs. Undefined: nothing to do. */
  observe(key: string, snapshot: Snapshot): Observed | undefined;
  /** Decides. `nowMs` is milliseconds since 1970. */
  plan(observed: Observed, nowMs: number): Plan;
  /**
   * What to write down when the changes of a plan were refused: a condition that says so, say. Pure. The key is looked at again after its backoff either way.
   * Not asked after CONFLICT, which only means that the look was too early.
   */
  planRefused?(observed: Observed, refusal: ApiError, nowMs: number): Plan;
}
