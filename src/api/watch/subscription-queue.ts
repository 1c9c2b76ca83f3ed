import { ApiError } from '../../model/errors.ts';

/**
 * Events on their way to one subscriber: first an initial sequence, read only as fast as the subscriber takes it, then what was pushed meanwhile.
 * A subscriber that lets more than `limit` pushed events wait is cut off with UNAVAILABLE; it can resume after the last revision it saw.
 * Unlike an async generator it ends at once when asked to, even while `next` waits. Who serves many reads by `onReady` and `take`, which cost no promise for each event.
 */
export class SubscriptionQueue<T extends NonNullable<unknown>> implements AsyncGenerator<T, undefined, undefined> {
  readonly #limit: number;
  readonly #onEnd: (reason: 'stopped' | 'too slow') => void;
  #initial: Iterator<T> | undefined;
  #values: T[] = [];
  #head = 0;
  #wake: (() => void) | undefined;
  #error: unknown;
  #ended = false;
  #held: boolean;
  #finishing = false;

  /** With `held`, pushed events wait until `begin` is called. */
  constructor(options: { readonly limit: number; readonly held?: boolean; readonly onEnd: (reason: 'stopped' | 'too slow') => void }) {
    this.#limit = options.limit;
    this.#held = options.held ?? false;
    this.#onEnd = options.onEnd;
  }

  /** What comes first, before everything that was pushed. */
  begin(initial: Iterable<T>): void {
    this.#initial = initial[Symbol.iterator]();
    this.#held = false;
    this.#wake?.();
  }

  /** Adds an event; ignored after the end. */
  push(value: T): void {
    if (this.#ended || this.#finishing) return;
    this.#values.push(value);
    if (this.#values.length - this.#head > this.#limit) {
      this.#end(new ApiError('UNAVAILABLE', `more than ${this.#limit} events waited to be read; subscribe again with afterRevision to go on`), 'too slow');
    } else this.#wake?.();
  }

  /** Nothing more comes; what waits is still given. */
  finish(): void {
    if (this.#ended) return;
    this.#finishing = true;
    if (this.#isEmpty()) this.#end(undefined, 'stopped');
  }

  /** Ends it at once; the subscriber gets the error after what it has read so far. */
  fail(error: unknown): void {
    this.#end(error, 'stopped');
  }

  /** Calls `wake` at once, and then whenever `take` or `ended` may say something new. Replaces whoever was called before. */
  onReady(wake: () => void): void {
    this.#wake = wake;
    wake();
  }

  /** The next event, where one waits. */
  take(): T | undefined {
    if (this.#ended || this.#held) return undefined;
    const value = this.#next();
    if (this.#finishing && this.#isEmpty()) this.#end(undefined, 'stopped');
    return value;
  }

  /** Once it has ended: why, where that is an error; an error is told once. */
  ended(): { readonly error?: unknown } | undefined {
    if (!this.#ended) return undefined;
    const error = this.#error;
    this.#error = undefined;
    return { error };
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      this.onReady(() => {
        const wake = this.#wake;
        this.#wake = undefined; // taking the last event ends it, which would call again
        const value = this.take(), end = value === undefined ? this.ended() : undefined;
        if (value === undefined && !end) this.#wake = wake;
        else if (value !== undefined) resolve({ done: false, value });
        else if (end?.error !== undefined) reject(end.error);
        else resolve({ done: true, value: undefined });
      });
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#end(undefined, 'stopped');
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<IteratorResult<T, undefined>> {
    this.#end(undefined, 'stopped');
    return Promise.reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #end(error: unknown, reason: 'stopped' | 'too slow'): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#values = [];
    this.#initial = undefined;
    this.#onEnd(reason);
    this.#wake?.();
  }

  #isEmpty(): boolean {
    return this.#head >= this.#values.length && !this.#held && !this.#initial;
  }

  #next(): T | undefined {
    const first = this.#initial?.next();
    if (first && !first.done) return first.value;
    this.#initial = undefined;
    if (this.#head >= this.#values.length) return undefined;
    const value = this.#values[this.#head];
    this.#head += 1;
    if (this.#head > 1024 || this.#head === this.#values.length) {
      this.#values = this.#head === this.#values.length ? [] : this.#values.slice(this.#head);
      this.#head = 0;
    }
    return value;
  }
}
