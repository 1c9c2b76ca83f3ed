/** A binary heap: gives the first by an order, in O(log n). Elements that come out equal have no order between them. */
export class Heap<T> {
  private readonly items: T[] = [];

  /** `isBefore(a, b)`: a comes out first. */
  constructor(private readonly isBefore: (a: T, b: T) => boolean) {}

  get size(): number {
    return this.items.length;
  }

  /** The first, left in place. */
  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    let at = this.items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(item, this.items[parent]!)) break;
      this.items[at] = this.items[parent]!;
      at = parent;
    }
    this.items[at] = item;
  }

  /** Takes the first out. */
  pop(): T | undefined {
    const first = this.items[0], last = this.items.pop();
    if (last === undefined || this.items.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1, right = left + 1;
      if (left >= this.items.length) break;
      const child = right < this.items.length && this.isBefore(this.items[right]!, this.items[left]!) ? right : left;
      if (!this.isBefore(this.items[child]!, last)) break;
      this.items[at] = this.items[child]!;
      at = child;
    }
    this.items[at] = last;
    return first;
  }
}
