import type { Inputs, KindName, KindWithStatus, Objects, Patches, Statuses, StoredObject } from '../model/object.ts';
import type { Fence, Revision } from '../store/store.ts';

/** Names an existing object; `namespace` is left out for cluster-scoped kinds and means `default` otherwise. */
export interface Target {
  readonly namespace?: string | undefined;
  readonly name: string;
  /** Only if the object has this uid; else CONFLICT. */
  readonly uid?: string | undefined;
  /** Only if the object has this revision; else CONFLICT. */
  readonly resourceVersion?: string | undefined;
}

/** What a deletion may say besides its target. */
export interface DeleteOptions {
  readonly propagationPolicy?: 'ORPHAN' | 'BACKGROUND' | 'FOREGROUND' | undefined;
  readonly gracePeriodSeconds?: number | undefined;
}

type CreateChange = { readonly [K in KindName]: { readonly verb: 'create'; readonly kind: K; readonly input: Inputs[K] } }[KindName];
type UpdateChange = { readonly [K in KindName]: { readonly verb: 'update'; readonly kind: K; readonly input: Inputs[K] } }[KindName];
type PatchChange = { readonly [K in KindName]: { readonly verb: 'patch'; readonly kind: K; readonly target: Target; readonly patch: Patches[K] } }[KindName];
type ApplyChange = { readonly [K in KindName]: { readonly verb: 'apply'; readonly kind: K; readonly target: Target; readonly input: Patches[K]; readonly fieldManager: string; readonly force: boolean } }[KindName];
type StatusChange = { readonly [K in KindWithStatus]: { readonly verb: 'updateStatus'; readonly kind: K; readonly target: Target; readonly status: Statuses[K] } }[KindWithStatus];
/** Computes the new status from the stored one; undefined means "leave it". Run again when someone else wrote in between. Pure. */
type StatusTransform = { readonly [K in KindWithStatus]: { readonly verb: 'transformStatus'; readonly kind: K; readonly target: Target; readonly transform: (object: Objects[K]) => Statuses[K] | undefined } }[KindWithStatus];
type DeleteChange = { readonly verb: 'delete'; readonly kind: KindName; readonly target: Target; readonly options?: DeleteOptions | undefined };

/** Deletes a Pod if its PodDisruptionBudget allows it now, and takes that from the budget; TOO_MANY_REQUESTS otherwise. */
type EvictChange = { readonly verb: 'evict'; readonly kind: 'Pod'; readonly target: Target; readonly options?: Pick<DeleteOptions, 'gracePeriodSeconds'> | undefined };
/** Binds a Pod that has no node to one, and says so in its condition PodScheduled. CONFLICT where it is on another node or is being deleted. */
type BindChange = { readonly verb: 'bind'; readonly kind: 'Pod'; readonly target: Target; readonly nodeName: string };

/** One wanted change. Reconcilers plan these, the API turns mutations into these. */
export type RequestedChange = CreateChange | UpdateChange | PatchChange | ApplyChange | StatusChange | StatusTransform | DeleteChange | EvictChange | BindChange;

/** On whose behalf, and how. */
export interface RequestContext {
  /** `admin`, `node:node-1`, `controller:replica-set`. */
  readonly actor: string;
  /** Runs defaults, admission and validation, but not the commit. */
  readonly dryRun?: boolean | undefined;
  readonly fence?: Fence | undefined;
}

/** What became of one requested change. */
export interface Outcome {
  readonly operation: 'CREATED' | 'UPDATED' | 'UNCHANGED' | 'DELETED';
  /** After the change; for DELETED the last state. */
  readonly object: StoredObject;
  readonly previous?: StoredObject | undefined;
}

/** Outcomes in the order of the request. `revision` is undefined in a dry run and when nothing had to change. */
export interface RequestOutcome {
  readonly outcomes: readonly Outcome[];
  readonly revision: Revision | undefined;
}

/** The only way to change objects: defaults → admission → validation → one change set. */
export interface Registry {
  /**
   * Makes all changes take effect together or none. A later change sees the earlier ones of the same request. Changes without a resourceVersion are
   * tried again when another writer came in between. Nothing to do writes nothing. Throws ApiError with one of the table's codes.
   */
  commit(changes: readonly RequestedChange[], context: RequestContext): Promise<RequestOutcome>;
  /** Parses YAML or JSON documents and applies them as one request. Throws INVALID with a path into the manifest for anything unknown or duplicate. */
  applyManifests(text: string, options: { readonly fieldManager: string; readonly force: boolean; readonly namespace: string }, context: RequestContext): Promise<RequestOutcome>;
}
