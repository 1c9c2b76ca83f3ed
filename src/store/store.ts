import type { KindName, ObjectKey, Objects, Pod, StoredObject } from '../model/object.ts';

/** A position in the one commit-ordered history; a safe integer. In the API it is decimal text. */
export type Revision = number;

/** One write of a change set. Objects come without a meaningful `metadata.resourceVersion`: the commit sets it. */
export type Write =
  /** Fails with ALREADY_EXISTS when the key is taken. */
  | { readonly type: 'create'; readonly object: StoredObject }
  /** Fails with NOT_FOUND or CONFLICT unless the stored object has this revision. The uid must be the stored one's. */
  | { readonly type: 'update'; readonly object: StoredObject; readonly expected: Revision }
  /** Fails with NOT_FOUND or CONFLICT unless the stored object has this revision. `object` is its last state, for the log. */
  | { readonly type: 'delete'; readonly object: StoredObject; readonly expected: Revision };

/** What must hold at the moment of the commit besides what the writes themselves demand. */
export type Precondition =
  /** The namespace exists and is not being deleted; else NOT_FOUND or FORBIDDEN. */
  | { readonly type: 'namespace-active'; readonly name: string }
  /** The object still has this revision; else CONFLICT. */
  | { readonly type: 'unchanged'; readonly key: ObjectKey; readonly revision: Revision };

/** A leader's proof: the commit fails with FORBIDDEN once the lease has another epoch. */
export interface Fence {
  readonly lease: string;
  readonly epoch: number;
}

/** Any number of writes that take effect together, at one revision, or not at all. No key occurs twice. */
export interface ChangeSet {
  readonly writes: readonly Write[];
  readonly preconditions?: readonly Precondition[];
  /** Who asked; kept in the log. */
  readonly actor: string;
  readonly fence?: Fence | undefined;
}

/** A change set that is durable and visible in `snapshot()`. `objects` are the written objects in order, with their new `resourceVersion`. */
export interface Committed {
  readonly revision: Revision;
  readonly objects: readonly StoredObject[];
}

/** One object's change. `object` is its state after (for DELETED: the last, with the revision of the deletion as resourceVersion). */
export interface Change {
  readonly revision: Revision;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StoredObject;
  /** The state before; absent for ADDED. */
  readonly previous?: StoredObject | undefined;
}

/** All objects at one revision. Never changes; hold it as long as you like. All lists are sorted by namespace, then name. */
export interface Snapshot {
  readonly revision: Revision;
  /** `namespace` is `''` for cluster-scoped kinds. */
  get<K extends KindName>(kind: K, namespace: string, name: string): Objects[K] | undefined;
  /** All objects of a kind, of one namespace where given. The same array while nothing in it changed. */
  list<K extends KindName>(kind: K, namespace?: string): readonly Objects[K][];
  /** How many objects of a kind there are; cheaper than listing them. */
  count(kind: KindName): number;
  byUid(uid: string): StoredObject | undefined;
  /** Objects that name this uid as an owner. */
  ownedBy(uid: string): readonly StoredObject[];
  /** Pods bound to a node. */
  podsOnNode(nodeName: string): readonly Pod[];
  /** Objects of a kind in a namespace (all namespaces where undefined) that carry exactly this label. */
  withLabel<K extends KindName>(kind: K, namespace: string | undefined, key: string, value: string): readonly Objects[K][];
}

/** The cluster's memory. Every server has one; they share a Postgres. */
export interface Store extends AsyncDisposable {
  /** The newest state this server knows. Own commits are in it before `commit` resolves. */
  snapshot(): Snapshot;
  /** Resolves once `snapshot().revision >= revision`. Rejects with UNAVAILABLE after a few seconds. */
  snapshotAtLeast(revision: Revision, signal?: AbortSignal): Promise<Snapshot>;
  /** The state at exactly this retained revision; throws EXPIRED when it is no longer known to this server, UNAVAILABLE when it is not known yet. */
  snapshotAt(revision: Revision): Snapshot;
  /**
   * Durable when it resolves. Rejects with ApiError: ALREADY_EXISTS, NOT_FOUND, CONFLICT, FORBIDDEN, INVALID (text that cannot be stored), UNAVAILABLE. By then
   * `snapshot()` holds the state that refused it. After UNAVAILABLE the change may have been written.
   */
  commit(set: ChangeSet): Promise<Committed>;
  /**
   * Calls the listener for every batch of changes committed after this call, by any server, in commit order without gap or repeat, synchronously as
   * the snapshot moves to `snapshot`. A listener must not throw and should do little. The returned function ends it.
   */
  onChanges(listener: (changes: readonly Change[], snapshot: Snapshot) => void): () => void;
  /** All changes with `after < revision <= upTo`, in order. Rejects with EXPIRED when the log no longer reaches back to `after`. */
  changesBetween(after: Revision, upTo: Revision): Promise<readonly Change[]>;
  readonly leases: Leases;
  readonly credentials: Credentials;
  readonly messages: Messages;
}

/** What asking for a lease gave: the epoch of one's own, or for how many ms more it is another's if that one stays silent. */
export type Held = { readonly epoch: number } | { readonly epoch: undefined; readonly othersForMs: number };

/** Heartbeats and leadership, timed by the database's clock; never in the log. */
export interface Leases {
  /** Takes or renews a lease, unless someone else holds it. The epoch rises whenever the holder changes. */
  acquire(name: string, holder: string, durationMs: number): Promise<Held>;
  /** Gives it up, if held. */
  release(name: string, holder: string): Promise<void>;
  /** Heartbeats of nodes, gathered into few statements. Returns the database's time, ms since 1970. */
  renewNode(nodeName: string): Promise<number>;
  /** Age of every node's last heartbeat in ms, by node name. */
  nodeAges(): Promise<ReadonlyMap<string, number>>;
  /** Who holds a lease that has not run out. */
  holder(name: string): Promise<string | undefined>;
}

/** Whom a token stands for. */
export type Identity =
  | { readonly type: 'admin'; readonly name: string }
  | { readonly type: 'node'; readonly name: string }
  | { readonly type: 'join'; readonly name: string };

/** Bearer tokens; stored as SHA-256 hashes only. */
export interface Credentials {
  /** Makes a token of 32 random bytes; the clear text is returned once and never stored. */
  issue(identity: Identity, expiresInMs?: number): Promise<IssuedCredential>;
  /** Undefined for an unknown, ended or revoked token. Answers from memory for some seconds. */
  identify(token: string): Promise<Identity | undefined>;
  /** Makes a given clear text stand for an identity, if it does not yet. For the admin token file. */
  ensure(token: string, identity: Identity): Promise<void>;
  /** Ends all tokens of an identity. */
  revoke(identity: Identity): Promise<void>;
  /** Ends all tokens of an identity but one, named by its id. False, and nothing ends, where that one is not the identity's or has ended. */
  keepOnly(identity: Identity, id: string): Promise<boolean>;
}

/** A new token. */
export interface IssuedCredential {
  /** Names the token without being it. */
  readonly id: string;
  readonly token: string;
  /** Milliseconds since 1970; undefined: never. */
  readonly expiresAt: number | undefined;
}

/** Small messages between servers (and within one), at most once, no order promised between topics. Any size: large ones are sent in parts. */
export interface Messages {
  publish(topic: string, payload: string): Promise<void>;
  subscribe(topic: string, listener: (payload: string) => void): () => void;
}
