/** What is to be ended when the campaign ends, in the opposite order of its beginning. */
export class Ends implements AsyncDisposable {
  readonly #ends: (() => PromiseLike<void> | void)[] = [];

  /** Ends it later, and gives it back. */
  use<T extends AsyncDisposable>(thing: T): T {
    this.defer(() => thing[Symbol.asyncDispose]());
    return thing;
  }

  /** Does this later. */
  defer(end: () => PromiseLike<void> | void): void {
    this.#ends.push(end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
  }
}
