import { ApiError } from '../../model/errors.ts';

/**
 * Events on their way to one subscriber: first an initial sequence, read only as fast as the subscriber takes it, then what was pushed meanwhile.
 * A subscriber that lets more than `limit` pushed events wait is cut off with UNAVAILABLE; it can resume after the last revision it saw.
 * Unlike an async generator it ends at once when asked to, even while `next` waits.
 */
export class SubscriptionQueue<T> implements AsyncGenerator<T, undefined, undefined> {
  readonly #limit: number;
  readonly #onEnd: (reason: 'stopped' | 'too slow') => void;
  #initial: Iterator<T> | undefined;
  #values: T[] = [];
  #head = 0;
  #waiting: ((result: IteratorResult<T, undefined>) => void) | undefined;
  #fail: ((error: unknown) => void) | undefined;
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
    this.#deliver();
  }

  /** Adds an event; ignored after the end. */
  push(value: T): void {
    if (this.#ended || this.#finishing) return;
    this.#values.push(value);
    if (this.#values.length - this.#head > this.#limit) {
      this.#end(new ApiError('UNAVAILABLE', `more than ${this.#limit} events waited to be read; subscribe again with afterRevision to go on`), 'too slow');
    } else this.#deliver();
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

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      this.#waiting = resolve;
      this.#fail = reject;
      this.#deliver();
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
    this.#deliver();
  }

  #deliver(): void {
    const resolve = this.#waiting, reject = this.#fail;
    if (!resolve || !reject) return;
    const result = this.#take();
    if (!result && !this.#ended) return;
    this.#waiting = this.#fail = undefined;
    const error = this.#error;
    this.#error = undefined;
    if (result) {
      resolve(result);
      if (this.#finishing && this.#isEmpty()) this.#end(undefined, 'stopped');
    } else if (error !== undefined) reject(error);
    else resolve({ done: true, value: undefined });
  }

  #isEmpty(): boolean {
    return this.#head >= this.#values.length && !this.#held && !this.#initial;
  }

  #take(): IteratorResult<T, undefined> | undefined {
    if (this.#ended || this.#held) return undefined;
    const first = this.#initial?.next();
    if (first && !first.done) return first;
    this.#initial = undefined;
    if (this.#head >= this.#values.length) return undefined;
    const value = this.#values[this.#head] as T;
    this.#head += 1;
    if (this.#head > 1024 || this.#head === this.#values.length) {
      this.#values = this.#values.slice(this.#head);
      this.#head = 0;
    }
    return { done: false, value };
  }
}
