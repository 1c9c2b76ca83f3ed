const notification = 'A'.charCodeAt(0);

/** Takes notifications out of what PostgreSQL sends: messages of a type byte, a length of four bytes that counts itself, and content. For connections without TLS. */
export class NotificationFilter {
  readonly #drops: () => boolean;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of the current message that are still to come, and whether they are dropped. */
  #open = 0;
  #dropping = false;

  /** `drops` is asked once for each notification. */
  constructor(drops: () => boolean) {
    this.#drops = drops;
  }

  /** What of a chunk goes on. */
  pass(chunk: Buffer): readonly Buffer[] {
    let data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const parts: Buffer[] = [];
    for (;;) {
      const length = Math.min(this.#open, data.length);
      if (length > 0 && !this.#dropping) parts.push(data.subarray(0, length));
      this.#open -= length;
      data = data.subarray(length);
      if (this.#open > 0 || data.length < 5) break;
      this.#open = 1 + data.readUInt32BE(1);
      this.#dropping = data[0] === notification && this.#drops();
    }
    this.#rest = data;
    return parts;
  }
}
