import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { ApiError } from '../model/errors.ts';
import { keyOf, keyText } from '../model/object.ts';
import type { StoredObject } from '../model/object.ts';
import { changeType } from './change-batch.ts';
import { atRevision } from './change-log.ts';
import type { LogPage, LoggedChange } from './change-log.ts';
import type { CommittedBatch } from './committer.ts';
import type { History } from './history.ts';
import { MemorySnapshot } from './snapshot.ts';
import type { Change, Committed, Revision, Snapshot } from './store.ts';

type Listener = (changes: readonly Change[], snapshot: Snapshot) => void;

/** What a feed is made of. */
export interface FeedOptions {
  readonly start: MemorySnapshot;
  readonly history: History;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
  readonly readLog: (after: Revision, upTo: Revision) => Promise<LogPage>;
  readonly readAll: () => Promise<{ readonly revision: Revision; readonly objects: readonly StoredObject[] }>;
  /** Whether answers of this server's own batches may still be on their way. */
  readonly expectsOwn: () => boolean;
}

/** A batch of this server whose changes are not all in the snapshot yet. */
interface OwnBatch {
  readonly from: Revision;
  readonly to: Revision;
  readonly changes: readonly LoggedChange[];
  readonly done: () => void;
}

const pageRevisions = 1_000;
const ownAnswerMs = 5;
const retryMs = 200;

/**
 * Moves the snapshot along the one history. Own batches are applied from memory as soon as all before them is; what other servers committed is read
 * from the log. Each revision is applied once, in order.
 */
export class Feed {
  private current: MemorySnapshot;
  private own: OwnBatch[] = [];
  private readonly listeners = new Set<Listener>();
  private readonly waiters = new Set<{ readonly revision: Revision; readonly resolve: () => void }>();
  private reading: Promise<void> | undefined;
  private requests = 0;
  private closed = false;

  constructor(private readonly options: FeedOptions) {
    this.current = options.start;
  }

  get snapshot(): MemorySnapshot {
    return this.current;
  }

  onChanges(listener: Listener): () => void {
    const entry: Listener = (changes, snapshot) => listener(changes, snapshot);
    this.listeners.add(entry);
    return () => this.listeners.delete(entry);
  }

  /** Takes a batch that this server has committed; resolves when the snapshot holds it. */
  async publish(batch: CommittedBatch): Promise<readonly Committed[]> {
    const committed = batch.sets.map(({ set, revision }) => ({ revision, objects: set.writes.map(({ object }) => atRevision(object, revision)) }));
    const changes = batch.sets.flatMap(({ set, revision }, at) =>
      set.writes.map((write, o) => ({ revision, type: changeType(write), object: committed[at]?.objects[o] as StoredObject })));
    if (batch.to > this.current.revision && !this.closed) {
      await new Promise<void>((done) => {
        this.own.push({ from: batch.from, to: batch.to, changes, done });
        this.own.sort((a, b) => a.from - b.from);
        this.advance();
        if (this.own.length > 0) this.closeGap();
      });
    }
    return committed;
  }

  /** Another server has committed up to this revision. */
  wake(revision: Revision): void {
    if (revision > this.current.revision) void this.catchUp();
  }

  /** Resolves when everything that the log holds now is in the snapshot. */
  async catchUp(): Promise<void> {
    this.requests++;
    this.reading ??= this.readOn().finally(() => (this.reading = undefined));
    await this.reading;
  }

  /** See `Store.snapshotAtLeast`. */
  async atLeast(revision: Revision, timeoutMs: number, signal?: AbortSignal): Promise<Snapshot> {
    if (this.current.revision >= revision) return this.current;
    await new Promise<void>((resolve, reject) => {
      const waiter = { revision, resolve: () => end(resolve) };
      const fail = (error: unknown): void => end(() => reject(error));
      const abort = (): void => fail(signal?.reason);
      const cancel = this.options.clock.after(timeoutMs, () =>
        fail(new ApiError('UNAVAILABLE', `revision ${revision} has not arrived; this server is at ${this.current.revision}`)));
      const end = (settle: () => void): void => {
        this.waiters.delete(waiter);
        signal?.removeEventListener('abort', abort);
        cancel();
        settle();
      };
      this.waiters.add(waiter);
      signal?.addEventListener('abort', abort);
      if (signal?.aborted === true) abort();
      void this.catchUp();
    });
    return this.current;
  }

  close(): void {
    this.closed = true;
    this.listeners.clear();
    for (const { done } of this.own.splice(0)) done();
  }

  /** Foreign changes lie before an own batch, unless the answer of another own batch is on its way. */
  private closeGap(): void {
    if (!this.options.expectsOwn()) void this.catchUp();
    else this.options.clock.after(ownAnswerMs, () => void (this.own.length > 0 && this.catchUp()));
  }

  private async readOn(): Promise<void> {
    for (let answered = -1; !this.closed && answered !== this.requests; ) {
      try {
        const asked = this.requests;
        const after = this.current.revision;
        const upTo = Math.min(this.own[0]?.from ?? Number.MAX_SAFE_INTEGER, after + pageRevisions);
        const page = await this.options.readLog(after, upTo);
        if (page.horizon > this.current.revision) await this.leap();
        else this.apply(page.changes, Math.min(upTo, page.newest));
        this.advance();
        if (this.current.revision >= page.newest) answered = asked;
      } catch (error) {
        this.options.logger.warn({ err: error }, 'store: the change log cannot be read; trying again');
        await new Promise<void>((resolve) => this.options.clock.after(retryMs, resolve));
      }
    }
  }

  /** Applies own batches that are next. */
  private advance(): void {
    for (let next = this.own[0]; next !== undefined && next.from <= this.current.revision; next = this.own[0]) {
      this.own.shift();
      this.apply(next.changes, next.to);
      next.done();
    }
  }

  private apply(logged: readonly LoggedChange[], upTo: Revision): void {
    const before = this.current;
    if (upTo <= before.revision) return;
    const fresh = logged.filter(({ revision }) => revision > before.revision);
    this.move(withPrevious(fresh, before), before.after(fresh, upTo));
  }

  /** The log no longer reaches back to where we are: load everything and tell the difference. */
  private async leap(): Promise<void> {
    const { revision, objects } = await this.options.readAll();
    if (revision <= this.current.revision) return;
    const next = MemorySnapshot.empty.after(objects.map((object) => ({ type: 'ADDED', object })), revision);
    this.options.logger.warn({ from: this.current.revision, to: revision }, 'store: fell behind the change log; loaded everything again');
    this.move(differences(this.current, next), next);
    this.options.history.restart(next, this.options.clock.now());
  }

  private move(changes: readonly Change[], next: MemorySnapshot): void {
    const before = this.current;
    this.current = next;
    this.options.history.add(before, changes, next.revision, this.options.clock.now());
    if (changes.length > 0) for (const listener of this.listeners) this.tell(listener, changes, next);
    for (const waiter of this.waiters) if (waiter.revision <= next.revision) waiter.resolve();
  }

  private tell(listener: Listener, changes: readonly Change[], snapshot: Snapshot): void {
    try {
      listener(changes, snapshot);
    } catch (error) {
      this.options.logger.error({ err: error }, 'store: a listener threw');
    }
  }
}

function withPrevious(logged: readonly LoggedChange[], before: MemorySnapshot): readonly Change[] {
  const states = new Map<string, StoredObject | undefined>();
  return logged.map((change) => {
    const key = keyOf(change.object);
    const text = keyText(key);
    const previous = states.has(text) ? states.get(text) : before.find(key);
    states.set(text, change.type === 'DELETED' ? undefined : change.object);
    return change.type === 'ADDED' ? change : { ...change, previous };
  });
}

/** What leads from one state to another when its history is lost: the last change of each object, and deletions at the new revision. */
function differences(from: MemorySnapshot, to: MemorySnapshot): readonly Change[] {
  const changes: Change[] = [];
  for (const object of to.objects()) {
    const previous = from.find(keyOf(object));
    const revision = Number(object.metadata.resourceVersion);
    if (previous === undefined) changes.push({ revision, type: 'ADDED', object });
    else if (previous.metadata.resourceVersion !== object.metadata.resourceVersion) changes.push({ revision, type: 'MODIFIED', object, previous });
  }
  for (const previous of from.objects()) {
    if (to.find(keyOf(previous)) === undefined) changes.push({ revision: to.revision, type: 'DELETED', object: atRevision(previous, to.revision), previous });
  }
  return changes.sort((a, b) => a.revision - b.revision);
}
