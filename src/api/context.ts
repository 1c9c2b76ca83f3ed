import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import type { Tracer } from '../lib/tracer.ts';
import type { EventRecorder } from '../control/event-recorder.ts';
import type { Registry } from '../registry/registry.ts';
import type { Identity, Snapshot, Store } from '../store/store.ts';
import type { Limits } from './limits.ts';
import type { Metrics } from './metrics.ts';
import type { NodeRequests } from './node-requests/node-requests.ts';
import type { SnapshotKeeper } from './lists/snapshot-keeper.ts';
import type { WatchHub } from './watch/watch-hub.ts';

/** What all requests share. */
export interface ApiParts {
  readonly store: Store;
  readonly registry: Registry;
  readonly recorder: Pick<EventRecorder, 'record'>;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly version: string;
  readonly serverId: string;
  readonly hub: WatchHub;
  readonly keeper: SnapshotKeeper;
  readonly nodeRequests: NodeRequests;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
  readonly limits: Limits;
  /** How long a node's credential is good for. */
  readonly nodeCredentialMs: number;
}

/** What one operation (or one event of a subscription) sees. */
export interface ApiContext {
  readonly parts: ApiParts;
  readonly identity: Identity;
  /** `admin`, `node:node-1`: who it is in the change log. */
  readonly actor: string;
  readonly reading: Reading;
  /** Ends when the caller goes away. */
  readonly signal: AbortSignal | undefined;
}

/** The one snapshot that an operation reads. A mutation moves it on, so that what it returns is as new as what it wrote. */
export class Reading {
  readonly #store: Pick<Store, 'snapshot'>;
  #snapshot: Snapshot | undefined;

  constructor(store: Pick<Store, 'snapshot'>, snapshot?: Snapshot) {
    this.#store = store;
    this.#snapshot = snapshot;
  }

  /** Taken at the first read. */
  snapshot(): Snapshot {
    return (this.#snapshot ??= this.#store.snapshot());
  }

  /** Makes an older state the operation's, where nothing was read yet; the page of a list goes on at the revision that it began with. */
  pin(snapshot: Snapshot): void {
    this.#snapshot ??= snapshot;
  }

  /** What follows reads the newest state. */
  moveOn(): void {
    this.#snapshot = undefined;
  }
}

/** Who an identity is in the change log. */
export function actorOf(identity: Identity): string {
  return identity.type === 'admin' ? 'admin' : `${identity.type}:${identity.name}`;
}

/** A context for one operation. `startSignal` is called when something first wants to know when the caller goes away: most operations are over before. */
export function createContext(parts: ApiParts, identity: Identity, startSignal: () => AbortSignal, actor = actorOf(identity)): ApiContext {
  return new OperationContext(parts, identity, actor, new Reading(parts.store), startSignal);
}

/** A context for one event of a subscription, which nobody ends. */
export function eventContext({ parts, identity, actor }: ApiContext): ApiContext {
  return { parts, identity, actor, reading: new Reading(parts.store), signal: undefined };
}

class OperationContext implements ApiContext {
  #signal: AbortSignal | undefined;

  constructor(readonly parts: ApiParts, readonly identity: Identity, readonly actor: string, readonly reading: Reading, readonly startSignal: () => AbortSignal) {}

  get signal(): AbortSignal {
    return (this.#signal ??= this.startSignal());
  }
}
