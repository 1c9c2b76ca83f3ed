import { backoffMs } from './backoff.ts';
import type { BackoffRule } from './backoff.ts';
import type { Clock } from './clock.ts';

/** Told about everything that an operator would graph. Must not throw. */
export interface WorkQueueHooks {
  /** How many keys wait now. */
  readonly depth?: (waiting: number) => void;
  /** A key is taken after waiting this long. */
  readonly started?: (waitedMs: number) => void;
  /** Work on a key ended, well or not. */
  readonly finished?: (tookMs: number, ok: boolean) => void;
}

/** What a queue is made of. */
export interface WorkQueueOptions {
  readonly clock: Clock;
  /** How many keys are worked on at the same time. One key never is. */
  readonly concurrency: number;
  /** How long a key that failed waits. 5 ms, 10 ms, … 60 s where left out. */
  readonly backoff?: BackoffRule | undefined;
  /** Does the work for a key. Rejecting means "again, after the backoff"; a number means "again, after so many milliseconds". */
  readonly work: (key: string) => Promise<number | undefined>;
  /** Hears of every rejection, with the number of failures in a row. Must not throw. */
  readonly onError: (key: string, error: unknown, failures: number) => void;
  readonly hooks?: WorkQueueHooks | undefined;
}

const defaultBackoff: BackoffRule = { baseMs: 5, maxMs: 60_000 };

/**
 * Keys to look at. Equal keys collapse while they wait; a key added while it is worked on is worked on once more after that.
 * Success ends a key's backoff. Ends with `await using` or disposal, which waits for the work under way and drops the rest.
 */
export class WorkQueue implements AsyncDisposable {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Map<string, number>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, { readonly dueMs: number; readonly cancel: () => void }>();
  #pumping = false;
  #closed = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Keys that wait or are worked on now; not those that wait for a time. */
  get size(): number {
    return this.#waiting.size + this.#running.size;
  }

  /** Look at the key soon. */
  add(key: string): void {
    if (this.#closed || this.#waiting.has(key)) return;
    this.#waiting.set(key, this.#options.clock.now());
    this.#options.hooks?.depth?.(this.#waiting.size);
    this.#pumpSoon();
  }

  /** Look at the key after a time, or earlier if it was to be looked at earlier. */
  addAfter(key: string, ms: number): void {
    if (this.#closed) return;
    if (ms <= 0) return this.add(key);
    const dueMs = this.#options.clock.now() + ms;
    const timer = this.#timers.get(key);
    if (timer && timer.dueMs <= dueMs) return;
    timer?.cancel();
    // Node's timers end at 2^31 ms; a look too early is harmless.
    const cancel = this.#options.clock.after(Math.min(ms, 2 ** 31 - 1), () => { this.#timers.delete(key); this.add(key); });
    this.#timers.set(key, { dueMs, cancel });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#waiting.clear();
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    await Promise.all(this.#running.values());
  }

  #pumpSoon(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    // One turn of the event loop between rounds: bursts collapse, and a long queue does not starve requests.
    setImmediate(() => { this.#pumping = false; this.#pump(); });
  }

  #pump(): void {
    for (const [key, sinceMs] of this.#waiting) {
      if (this.#running.size >= this.#options.concurrency) return;
      if (this.#running.has(key)) continue;
      this.#waiting.delete(key);
      this.#options.hooks?.depth?.(this.#waiting.size);
      this.#options.hooks?.started?.(this.#options.clock.now() - sinceMs);
      this.#running.set(key, this.#run(key));
    }
  }

  async #run(key: string): Promise<void> {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
    const startedMs = this.#options.clock.now();
    let ok = true;
    try {
      const againMs = await this.#options.work(key);
      this.#failures.delete(key);
      if (againMs !== undefined) this.addAfter(key, againMs);
    } catch (error) {
      ok = false;
      const failures = (this.#failures.get(key) ?? 0) + 1;
      this.#failures.set(key, failures);
      this.#options.onError(key, error, failures);
      this.addAfter(key, backoffMs(failures, this.#options.backoff ?? defaultBackoff));
    }
    this.#running.delete(key);
    this.#options.hooks?.finished?.(this.#options.clock.now() - startedMs, ok);
    if (this.#waiting.size > 0) this.#pumpSoon();
  }
}
