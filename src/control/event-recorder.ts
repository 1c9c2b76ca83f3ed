import { randomBytes } from 'node:crypto';
import { formatTime } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import type { Registry, RequestedChange } from '../registry/registry.ts';
import type { Store } from '../store/store.ts';
import type { PlannedEvent } from './reconciler.ts';

/** An event and who saw it. */
export interface SeenEvent extends PlannedEvent {
  /** Component, such as `replica-set` or `kubelet`. */
  readonly component: string;
  /** Node it runs on. */
  readonly host?: string | undefined;
}

/** Tells people what happens. Telling never fails and never waits: what cannot be stored is dropped. */
export interface EventRecorder extends AsyncDisposable {
  /** Equal events (object, reason, message, type, source) become one object with a count. Written together shortly after. */
  record(event: SeenEvent): void;
  /** Resolves when everything recorded before the call is stored or dropped. */
  flush(): Promise<void>;
}

/** What a recorder is made of. */
export interface EventRecorderOptions {
  readonly registry: Registry;
  readonly store: Pick<Store, 'snapshot'>;
  readonly clock: Clock;
  /** How long events gather before they are written together. 100 where left out. */
  readonly gatherMs?: number | undefined;
}

interface Gathered {
  readonly event: SeenEvent;
  readonly firstMs: number;
  lastMs: number;
  times: number;
}

const remembered = 4096;
const gatheredAtMost = 1000;

/** A recorder that keeps in memory which Event object counts which event, for the last few thousand. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { registry, store, clock } = options;
  const names = new Map<string, string>();
  let gathered = new Map<string, Gathered>();
  let cancelTimer: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();

  const flush = (): Promise<void> => {
    cancelTimer?.();
    cancelTimer = undefined;
    const batch = gathered;
    gathered = new Map();
    if (batch.size > 0) writing = writing.then(() => write(batch));
    return writing;
  };

  const write = async (batch: ReadonlyMap<string, Gathered>): Promise<void> => {
    if (await commit([...batch].map(([key, entry]) => changeFor(key, entry)))) return;
    // One refused event (its namespace is going, say) must not take the others with it.
    for (const [key, entry] of batch) {
      if (!(await commit([changeFor(key, entry)]))) names.delete(key);
    }
  };

  const commit = async (changes: readonly RequestedChange[]): Promise<boolean> => {
    try {
      await registry.commit(changes, { actor: 'events' });
      return true;
    } catch {
      return false;
    }
  };

  const changeFor = (key: string, entry: Gathered): RequestedChange => {
    const namespace = entry.event.object.namespace ?? 'default';
    const known = names.get(key);
    const stored = known === undefined ? undefined : store.snapshot().get('Event', namespace, known);
    const name = stored?.metadata.name ?? eventName(entry.event.object.name);
    remember(names, key, name);
    if (stored) {
      return { verb: 'patch', kind: 'Event', target: { namespace, name }, patch: { count: stored.count + entry.times, lastTimestamp: formatTime(entry.lastMs) } };
    }
    return { verb: 'create', kind: 'Event', input: newEvent(entry, namespace, name) };
  };

  return {
    record(event) {
      const key = eventKey(event);
      const nowMs = clock.now();
      const entry = gathered.get(key);
      if (entry) {
        entry.lastMs = nowMs;
        entry.times += 1;
        return;
      }
      if (gathered.size >= gatheredAtMost) void flush();
      gathered.set(key, { event, firstMs: nowMs, lastMs: nowMs, times: 1 });
      cancelTimer ??= clock.after(options.gatherMs ?? 100, () => void flush());
    },
    flush,
    [Symbol.asyncDispose]: flush,
  };
}

function newEvent(entry: Gathered, namespace: string, name: string): Extract<RequestedChange, { verb: 'create'; kind: 'Event' }>['input'] {
  const { event } = entry;
  return {
    metadata: { namespace, name },
    involvedObject: event.object,
    reason: event.reason,
    message: event.message,
    type: event.type,
    source: { component: event.component, host: event.host },
    count: entry.times,
    firstTimestamp: formatTime(entry.firstMs),
    lastTimestamp: formatTime(entry.lastMs),
  };
}

/** `<object>.<hex>`, never longer than a name may be. */
function eventName(objectName: string): string {
  return `${objectName.slice(0, 236).replace(/[^a-z0-9]+$/, '')}.${randomBytes(8).toString('hex')}`;
}

function eventKey(event: SeenEvent): string {
  const { object } = event;
  return [object.kind, object.namespace, object.name, object.uid, object.fieldPath, event.type, event.reason, event.component, event.host, event.message].join('\u0000');
}

/** Keeps the most recently used keys only. */
function remember(names: Map<string, string>, key: string, name: string): void {
  names.delete(key);
  names.set(key, name);
  const oldest = names.size > remembered ? names.keys().next().value : undefined;
  if (oldest !== undefined) names.delete(oldest);
}
