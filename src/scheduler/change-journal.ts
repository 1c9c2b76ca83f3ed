/** Which nodes changed, in order, so that whoever looked at all of them needs to look at few of them again. */
export class ChangeJournal {
  #indexes: number[] = [];
  /** How many entries were dropped before the first one kept. */
  #dropped = 0;

  /** `kept`: entries that are kept at least. */
  constructor(private readonly kept = 10_000) {}

  /** A place to read on from. */
  get position(): number {
    return this.#dropped + this.#indexes.length;
  }

  /** The node at this index changed. */
  add(index: number): void {
    this.#indexes.push(index);
    if (this.#indexes.length < 2 * this.kept) return;
    this.#dropped += this.#indexes.length - this.kept;
    this.#indexes = this.#indexes.slice(-this.kept);
  }

  /** All indexes mean other nodes from now on: nothing from before can be read on. */
  restart(): void {
    this.#dropped = this.position + 1;
    this.#indexes = [];
  }

  /** Indexes of the nodes that changed since a position, each as often as it changed; undefined where that is no longer known. */
  since(position: number): readonly number[] | undefined {
    return position < this.#dropped ? undefined : this.#indexes.slice(position - this.#dropped);
  }
}
