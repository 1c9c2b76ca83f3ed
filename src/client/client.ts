import type { Inputs, KindName, KindWithStatus, Objects, ObjectReference, EventType, Patches, Statuses, StoredObject } from '../model/object.ts';

/** How one request is made. */
export interface RequestOptions {
  /** Ends the request; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Repeat on connection errors and UNAVAILABLE, for some seconds. Queries do unless told otherwise, mutations only with true. A request that is refused because it came too
   * soon after others has not run; it is repeated after the time that the server tells unless this is false.
   */
  readonly retry?: boolean | undefined;
  /** Milliseconds for each attempt. 30,000 where left out. */
  readonly timeoutMs?: number | undefined;
}

/** How a change is made. */
export interface ChangeOptions extends RequestOptions {
  /** Run everything but the commit. */
  readonly dryRun?: boolean | undefined;
}

/** Names one object; `namespace` means `default` where left out, and nothing for cluster-scoped kinds. */
export interface ClientTarget {
  readonly namespace?: string | undefined;
  readonly name: string;
  /** Only if the object has this uid; else CONFLICT. */
  readonly uid?: string | undefined;
  /** Only this revision of the object; else CONFLICT. */
  readonly resourceVersion?: string | undefined;
}

/** Which objects of a kind. */
export interface Selection {
  /** All namespaces where left out. */
  readonly namespace?: string | undefined;
  /** Kubernetes' text form. */
  readonly labelSelector?: string | undefined;
  /** The kind's `where`: `{ nodeName: { eq: 'node-1' } }`. */
  readonly where?: Readonly<Record<string, unknown>> | undefined;
}

/** What `follow` gives. */
export type Followed<K extends KindName> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly revision: string; readonly object: Objects[K] }
  /** Everything up to this revision was given. */
  | { readonly type: 'BOOKMARK'; readonly revision: string }
  /** It starts over: forget what you knew; the current objects come as ADDED, then a BOOKMARK. */
  | { readonly type: 'RESTART' };

/** A kind that a node's work list contains. */
export type NodeWorkKind = 'Node' | 'Pod' | 'ConfigMap' | 'Secret' | 'Service' | 'EndpointSlice' | 'NetworkPolicy';

/** What came to and went from the addresses of a group of Pods. */
export interface PeersChange {
  readonly key: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** A step of a node's work list: the current objects as ADDED, a BOOKMARK, then changes. */
export type NodeWorkStep =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly revision: string; readonly object: Objects[NodeWorkKind] }
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly revision: string; readonly peers: PeersChange }
  | { readonly type: 'BOOKMARK'; readonly revision: string };

/** What the server asks of a node: exactly one of podLogs and cancel. */
export interface NodeRequestMessage {
  readonly id: string;
  readonly podLogs?: {
    readonly podUid: string; readonly container: string; readonly tailLines?: number | undefined; readonly sinceSeconds?: number | undefined;
    readonly timestamps: boolean; readonly previous: boolean; readonly follow: boolean;
  } | undefined;
  /** Id of an earlier request that nobody waits for any more. */
  readonly cancel?: string | undefined;
}

/** A part of an answer. `data` is base64. */
export interface NodeResponse {
  readonly requestId: string;
  readonly data?: string | undefined;
  readonly done?: boolean | undefined;
  readonly error?: string | undefined;
}

/** Something that happened to an object. */
export interface EventInputMessage {
  readonly involvedObject: ObjectReference;
  readonly reason: string;
  readonly message: string;
  readonly type?: EventType | undefined;
  readonly component: string;
  readonly host?: string | undefined;
}

/** What became of one manifest. The object is only its identity: apiVersion, kind and metadata. */
export interface AppliedManifest {
  readonly operation: 'CREATED' | 'UPDATED' | 'UNCHANGED' | 'DELETED';
  readonly object: Pick<StoredObject, 'apiVersion' | 'kind' | 'metadata'>;
  readonly changes: readonly { readonly path: string; readonly before?: string; readonly after?: string }[];
}

/** Calls on objects of any kind. */
export interface KindCalls {
  /** Undefined where there is none. */
  get<K extends KindName>(kind: K, target: ClientTarget, options?: RequestOptions & { readonly minRevision?: string }): Promise<Objects[K] | undefined>;
  /** All of them, page by page, all at one revision. */
  list<K extends KindName>(kind: K, selection?: Selection, options?: RequestOptions): Promise<{ readonly objects: readonly Objects[K][]; readonly revision: string }>;
  create<K extends KindName>(kind: K, input: Inputs[K], options?: ChangeOptions): Promise<Objects[K]>;
  /** Replaces the wanted state; `metadata.resourceVersion` is required. */
  update<K extends KindName>(kind: K, input: Inputs[K], options?: ChangeOptions): Promise<Objects[K]>;
  /** Replaces the observed state. Safe to repeat where the target names a resourceVersion. */
  updateStatus<K extends KindWithStatus>(kind: K, target: ClientTarget, status: Statuses[K], options?: ChangeOptions): Promise<Objects[K]>;
  patch<K extends KindName>(kind: K, target: Pick<ClientTarget, 'namespace' | 'name'>, patch: Patches[K], options?: ChangeOptions): Promise<Objects[K]>;
  /** Gives the last state, or the state in which it waits for its end. */
  delete<K extends KindName>(kind: K, target: ClientTarget, options?: ChangeOptions & {
    readonly propagationPolicy?: 'ORPHAN' | 'BACKGROUND' | 'FOREGROUND' | undefined; readonly gracePeriodSeconds?: number | undefined;
  }): Promise<Objects[K]>;
  applyManifests(manifests: string, options?: ChangeOptions & { readonly fieldManager?: string | undefined; readonly force?: boolean | undefined; readonly namespace?: string | undefined }):
  Promise<{ readonly results: readonly AppliedManifest[]; readonly revision?: string }>;
}

/** A token that the server has just made. */
export interface IssuedToken {
  /** Names it without being it. */
  readonly id: string;
  readonly token: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** Calls that agents make. */
export interface NodeCalls {
  /** With a join token: the node's own token, and the cluster's id. */
  joinNode(nodeName: string, options?: RequestOptions): Promise<IssuedToken & { readonly clusterID: string }>;
  /** Another token of the node; the one shown stays good until the new one is confirmed. */
  rotateNodeCredential(nodeName: string, options?: RequestOptions): Promise<IssuedToken>;
  /** The token with this id has been kept: the node's others end. Safe to repeat. */
  confirmNodeCredential(nodeName: string, id: string, options?: RequestOptions): Promise<void>;
  /** Says that the node lives; gives the server's time, RFC 3339. */
  renewNodeLease(nodeName: string, options?: RequestOptions): Promise<string>;
  /** At most 500 at once. */
  recordEvents(events: readonly EventInputMessage[], options?: RequestOptions): Promise<void>;
  /** False when nobody waits for more. */
  sendNodeResponse(response: NodeResponse, options?: RequestOptions): Promise<boolean>;
  /** Throws when the connection is lost; subscribe again and treat what is not named until the BOOKMARK as gone. Ends when the signal aborts. */
  nodeWork(nodeName: string, signal?: AbortSignal): AsyncIterable<NodeWorkStep>;
  /** Throws when the connection is lost. Ends when the signal aborts. */
  nodeRequests(nodeName: string, signal?: AbortSignal): AsyncIterable<NodeRequestMessage>;
}

/** A connection to the API under one token. Every failure is an ApiError, UNAVAILABLE where the server cannot be reached. Disposing ends all subscriptions. */
export interface Client extends KindCalls, NodeCalls, AsyncDisposable {
  /** Shows another token from now on: in requests, and in connections that are opened from now on. */
  showToken(token: string): void;
  /** Any query or mutation. Nulls are left out of the answer. */
  request<T>(document: string, variables?: Readonly<Record<string, unknown>>, options?: RequestOptions): Promise<T>;
  /** Any subscription; begins with the first `next()`. Throws when the connection is lost, the server is silent, or the subscription fails. Ends when the signal aborts. */
  subscribe<T>(document: string, variables?: Readonly<Record<string, unknown>>, signal?: AbortSignal): AsyncIterable<T>;
  /**
   * The objects of a kind and all their changes, for as long as wanted: reconnects with back-off and goes on without a gap or repeat. Without
   * `afterRevision` the current objects come first as ADDED, then a BOOKMARK. Throws only what will not pass by itself (INVALID, FORBIDDEN, …).
   */
  follow<K extends KindName>(kind: K, options?: Selection & { readonly afterRevision?: string | undefined; readonly signal?: AbortSignal | undefined }): AsyncIterable<Followed<K>>;
}
