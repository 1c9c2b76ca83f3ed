import type { PeersChange } from '../../src/client/client.ts';

/** Hears which members of a group's set may have come or gone. */
export type PeersListener = (key: string, members: readonly string[]) => void;

const none: ReadonlySet<string> = new Set();

/** The addresses of the groups that this node's NetworkPolicies speak of, as last heard. */
export class PeerSets {
  #sets = new Map<string, Set<string>>();
  /** The sets as they are told after a reconnect; they take the place of the others when all are told. */
  #incoming: Map<string, Set<string>> | undefined;
  readonly #listeners = new Set<PeersListener>();

  /** The members of a group; none where nothing was heard of it. */
  members(key: string): ReadonlySet<string> {
    return this.#sets.get(key) ?? none;
  }

  /** Calls back after every change. Returns how to stop. */
  onChange(listener: PeersListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A new connection begins: everything is told again, and what it was stays until then. */
  begin(): void {
    this.#incoming = new Map();
  }

  /** Takes one change in. */
  accept(type: 'ADDED' | 'MODIFIED' | 'DELETED', { key, added, removed }: PeersChange): void {
    const sets = this.#incoming ?? this.#sets;
    const before = sets.get(key);
    if (type === 'DELETED') sets.delete(key);
    else {
      const set = type === 'ADDED' ? new Set<string>() : before ?? new Set<string>();
      for (const member of added) set.add(member);
      for (const member of removed) set.delete(member);
      sets.set(key, set);
    }
    if (!this.#incoming) this.#tell(key, type === 'MODIFIED' ? [...added, ...removed] : [...before ?? [], ...added]);
  }

  /** Everything was told. */
  complete(): void {
    if (!this.#incoming) return;
    const before = this.#sets;
    this.#sets = this.#incoming;
    this.#incoming = undefined;
    for (const key of new Set([...before.keys(), ...this.#sets.keys()])) this.#tell(key, [...before.get(key) ?? [], ...this.#sets.get(key) ?? []]);
  }

  #tell(key: string, members: readonly string[]): void {
    for (const listener of [...this.#listeners]) listener(key, members);
  }
}
