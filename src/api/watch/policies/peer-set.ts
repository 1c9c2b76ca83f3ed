/** What became of a set since it was last asked. Neither list is long unless much happened. */
export interface SetChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Addresses of Pods, each there for as long as some Pod has it, and what changed of them. */
export class PeerSet {
  readonly #byPod = new Map<string, readonly string[]>();
  readonly #holders = new Map<string, number>();
  /** Members that were put or taken since the last question, and whether they were in the set then. */
  readonly #touched = new Map<string, boolean>();

  members(): readonly string[] {
    return [...this.#holders.keys()];
  }

  /** The members that a Pod stands for from now on; none where it does not belong here. */
  put(pod: string, members: readonly string[]): void {
    const before = this.#byPod.get(pod) ?? [];
    if (members.length > 0) this.#byPod.set(pod, members);
    else this.#byPod.delete(pod);
    for (const member of members) this.#count(member, 1);
    for (const member of before) this.#count(member, -1);
  }

  /** The Pods of a namespace that stand for something here, as they were put: `namespace/name`. */
  podsOf(namespace: string): readonly string[] {
    return [...this.#byPod.keys()].filter((pod) => pod.startsWith(`${namespace}/`));
  }

  /** What changed since the last call; undefined where nothing did. */
  takeChange(): SetChange | undefined {
    const touched = [...this.#touched];
    this.#touched.clear();
    const added = touched.flatMap(([member, was]) => (!was && this.#holders.has(member) ? [member] : []));
    const removed = touched.flatMap(([member, was]) => (was && !this.#holders.has(member) ? [member] : []));
    return added.length + removed.length > 0 ? { added, removed } : undefined;
  }

  #count(member: string, by: 1 | -1): void {
    const holders = this.#holders.get(member) ?? 0;
    if (!this.#touched.has(member)) this.#touched.set(member, holders > 0);
    if (holders + by > 0) this.#holders.set(member, holders + by);
    else this.#holders.delete(member);
  }
}
