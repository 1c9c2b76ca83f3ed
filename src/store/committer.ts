import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { ApiError } from '../model/errors.ts';
import { betweenBodies } from './array-parameters.ts';
import { decodeAnswer, encodeBatch, orderSets, planBatch, prepareSet } from './change-batch.ts';
import type { BatchAnswer, BatchLimits, PreparedSet } from './change-batch.ts';
import type { CommitterMeters } from './committer-meters.ts';
import { isConnectionLoss } from './connection.ts';
import type { DatabaseLocator } from './database-locator.ts';
import { Lane } from './lane.ts';
import type { ChangeSet, Committed, Revision } from './store.ts';

/** A batch that is durable: its sets in order of their revisions `from + 1 … to`. */
export interface CommittedBatch {
  readonly from: Revision;
  readonly to: Revision;
  readonly sets: readonly { readonly set: ChangeSet; readonly revision: Revision }[];
}

/** What a committer is made of. */
export interface CommitterOptions {
  readonly locator: DatabaseLocator;
  readonly serverId: string;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
  /** Takes a durable batch into the snapshot; resolves with what each of its sets resolves with. */
  readonly publish: (batch: CommittedBatch) => Promise<readonly Committed[]>;
  readonly meters?: CommitterMeters | undefined;
  readonly limits: BatchLimits;
  /** Batches under way at once. */
  readonly slots: number;
  /** How long a set waits for a database that does not answer. */
  readonly unavailableAfterMs: number;
}

interface Waiting extends PreparedSet {
  readonly sinceMs: number;
  resolve(committed: Committed): void;
  reject(error: ApiError): void;
}

/** One batch at a time over a connection of its own. Its batches are numbered, so one that is sent twice takes effect once. */
interface Slot {
  readonly number: number;
  readonly lane: Lane;
  batch: number;
  busy: boolean;
}

const worthABatch = 16;
const refusedWithinMs = 1_000;
const retryMs = [20, 50, 100, 200, 400];

/** Gathers the change sets that arrive while earlier ones are being written, and writes them together. */
export class Committer {
  private queue: Waiting[] = [];
  private readonly slots: Slot[];
  private closed = false;
  private willFill = false;

  constructor(private readonly options: CommitterOptions) {
    this.slots = Array.from({ length: options.slots }, (_, number) => ({ number, lane: new Lane(options.locator, options.clock), batch: 0, busy: false }));
  }

  /** See `Store.commit`. */
  commit(set: ChangeSet): Promise<Committed> {
    if (this.closed) return Promise.reject(unavailable('this server is stopping; nothing was written'));
    const ended = this.options.meters?.commitStarted();
    return new Promise((resolve, reject) => {
      this.queue.push({
        ...prepareSet(set), sinceMs: this.options.clock.now(),
        resolve: (committed) => { ended?.('ok'); resolve(committed); },
        reject: (error) => { ended?.(error.code); reject(error); },
      });
      this.fillSoon();
    });
  }

  /** Whether a batch other than the asker's is under way. */
  get isShared(): boolean {
    return this.slots.filter(({ busy }) => busy).length > 1;
  }

  /** Refuses what waits and resolves when what is under way has ended. */
  async close(): Promise<void> {
    this.closed = true;
    for (const waiting of this.queue.splice(0)) waiting.reject(unavailable('this server is stopping; nothing was written'));
    await Promise.all(this.slots.map(({ lane }) => lane.close()));
  }

  /** Once all that can run now has run: whoever was answered together, or asked in the same turn of the event loop, goes into the same batch. */
  private fillSoon(): void {
    if (this.willFill) return;
    this.willFill = true;
    setImmediate(() => this.fill());
  }

  private fill(): void {
    this.willFill = false;
    try {
      this.fillSlots();
    } finally {
      this.options.meters?.waiting(this.queue.length);
    }
  }

  private fillSlots(): void {
    for (const slot of this.slots) {
      if (slot.busy || this.queue.length === 0) continue;
      const { taken, waiting } = planBatch(this.queue, { ...this.options.limits, sets: this.fairShare() });
      this.queue = [...waiting];
      slot.busy = true;
      const answered = this.options.meters?.batchStarted(taken.length);
      void this.write(slot, orderSets(taken)).finally(() => {
        slot.busy = false;
        answered?.();
        this.fillSoon();
      });
    }
  }

  /** While the database works on one half this server can get the other one ready; fewer sets than that are worth no batch of their own. */
  private fairShare(): number {
    const free = this.slots.filter(({ busy }) => !busy).length;
    return Math.min(this.options.limits.sets, Math.max(worthABatch, Math.ceil(this.queue.length / free)));
  }

  private async write(slot: Slot, sets: readonly Waiting[]): Promise<void> {
    try {
      const answer = await this.send(slot, sets);
      // The slot is free as soon as the database has answered; the snapshot follows by itself.
      void this.settle(sets, answer).catch((error: unknown) => this.refuse(sets, error));
    } catch (error) {
      if (error instanceof ApiError) for (const each of sets) each.reject(error);
      else if (sets.length === 1) this.refuse(sets, error);
      else for (const part of halves(sets)) await this.write(slot, part);
    }
  }

  /** Sends a batch until it is answered. Rejects with UNAVAILABLE after the time allowed, with the database's error if that is about the batch itself. */
  private async send(slot: Slot, sets: readonly Waiting[]): Promise<BatchAnswer> {
    const { serverId, clock, unavailableAfterMs } = this.options;
    const args = encodeBatch(sets);
    const batch = ++slot.batch;
    const giveUpAtMs = Math.max(...sets.map(({ sinceMs }) => sinceMs)) + unavailableAfterMs;
    for (let attempt = 0; ; attempt++) {
      try {
        const [row] = await slot.lane.ask((sql) => sql<{ answer: BatchAnswer }[]>`
          SELECT gantry_commit(${serverId}, ${slot.number}, ${batch}, ${args.writingSets}, ${args.sets}, ${args.types}, ${args.kinds}, ${args.namespaces}, ${args.names}, ${args.uids},
            ${args.expected}, ${args.deletions}, ${args.ordinals}, string_to_array(${args.bodies}, ${betweenBodies}, ''), ${args.actors}) AS answer`, Math.max(giveUpAtMs - clock.now(), 100));
        if (row === undefined) throw new Error('gantry_commit gave no answer');
        return row.answer;
      } catch (error) {
        if (!isConnectionLoss(error)) throw error;
        if (clock.now() >= giveUpAtMs || this.closed) throw unavailable('the database does not answer; whether the change was written is not known', error);
        this.options.meters?.retried();
        this.options.logger.warn({ err: error, attempt }, 'store: the database did not answer a commit; asking again');
        await new Promise<void>((resolve) => clock.after(retryMs[Math.min(attempt, retryMs.length - 1)] ?? 0, resolve));
      }
    }
  }

  /** Whoever is refused learns it when the snapshot holds the state that refused it, so that reading again is worth while; or soon, if that does not come. */
  private async settle(sets: readonly Waiting[], answer: BatchAnswer): Promise<void> {
    const outcomes = decodeAnswer(sets, answer).map((outcome, s) => ({ waiting: sets[s] as Waiting, outcome }));
    const succeeded = outcomes.flatMap(({ waiting, outcome }) => ('error' in outcome ? [] : [{ waiting, set: waiting.set, revision: outcome.revision }]));
    const refuse = (): void => {
      for (const { waiting, outcome } of outcomes) if ('error' in outcome) waiting.reject(outcome.error);
    };
    const cancel = this.options.clock.after(refusedWithinMs, refuse);
    const committed = await this.options.publish({ from: answer.from, to: answer.to, sets: succeeded });
    cancel();
    refuse();
    for (const [at, { waiting }] of succeeded.entries()) waiting.resolve(committed[at] as Committed);
  }

  private refuse(sets: readonly Waiting[], error: unknown): void {
    this.options.logger.error({ err: error }, 'store: a change set could not be written or taken into the snapshot');
    for (const each of sets) each.reject(new ApiError('INTERNAL', 'the change could not be written', { cause: error }));
  }
}

function halves<T>(list: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}

function unavailable(message: string, cause?: unknown): ApiError {
  return new ApiError('UNAVAILABLE', message, { cause });
}
