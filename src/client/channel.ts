/** Values on their way from a callback to one `for await`. Unbounded: what is not taken waits. */
export class Channel<T> implements AsyncIterator<T, undefined> {
  private readonly values: T[] = [];
  private end: { readonly error?: unknown } | undefined;
  private wake: (() => void) | undefined;

  /** `onStop` is called once, when the values end, fail, or nobody wants more. */
  constructor(private readonly onStop: () => void) {}

  /** Adds a value; ignored after the end. */
  push(value: T): void {
    if (this.end) return;
    this.values.push(value);
    this.wake?.();
  }

  /** No more values; those that wait are still given. With `error`, the reader gets it after them. */
  finish(end: { readonly error?: unknown } = {}): void {
    if (this.end) return;
    this.end = end;
    this.onStop();
    this.wake?.();
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    while (this.values.length === 0 && !this.end) {
      await new Promise<void>((resolve) => { this.wake = resolve; });
    }
    if (this.values.length > 0) return { done: false, value: this.values.shift()! };
    const end = this.end;
    this.end = {};
    if (end && 'error' in end) throw end.error;
    return { done: true, value: undefined };
  }

  /** The reader stopped early. */
  async return(): Promise<IteratorResult<T, undefined>> {
    this.values.length = 0;
    this.finish();
    return { done: true, value: undefined };
  }
}
