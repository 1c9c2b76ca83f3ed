import { keyOf, keyText } from '../model/object.ts';
import type { KindName, ObjectKey, Objects, StoredObject } from '../model/object.ts';
import type { Snapshot } from '../store/store.ts';

/** What a request makes of one object. */
export interface Entry {
  readonly key: ObjectKey;
  /** As the snapshot has it. */
  readonly before: StoredObject | undefined;
  /** As the request leaves it; undefined when it is gone. */
  readonly after: StoredObject | undefined;
  /** The last state that it had in this request, for the log of a deletion. */
  readonly last: StoredObject;
  /** What was right before is left as it was, and what changed is right by construction: it needs no validation. */
  readonly isChecked?: boolean | undefined;
  /** Which change of the request touched it last; errors about it name this change. */
  readonly change: number;
}

/** The objects as a request leaves them, over a snapshot that never changes. Later steps of the request see the earlier ones. */
export class Staging {
  readonly #entries = new Map<string, Entry>();
  constructor(readonly snapshot: Snapshot) {}

  /** An object as it stands at this step of the request. */
  get<K extends KindName>(kind: K, namespace: string, name: string): Objects[K] | undefined {
    const entry = this.#entries.get(keyText({ kind, namespace, name }));
    return entry ? entry.after as Objects[K] | undefined : this.snapshot.get(kind, namespace, name);
  }

  /** The same for a key. */
  at(key: ObjectKey): StoredObject | undefined {
    return this.get(key.kind, key.namespace, key.name);
  }

  /** All objects of a kind as they stand at this step. */
  list<K extends KindName>(kind: K): readonly Objects[K][] {
    const touched = this.entries().filter((entry) => entry.key.kind === kind);
    if (touched.length === 0) return this.snapshot.list(kind);
    const isOnlyMore = touched.every(({ before }) => before === undefined);
    const untouched = isOnlyMore ? this.snapshot.list(kind) : this.snapshot.list(kind).filter((object) => !this.#entries.has(keyText(keyOf(object))));
    return [...untouched, ...touched.flatMap(({ after }) => (after ? [after as unknown as Objects[K]] : []))];
  }

  /** Makes or replaces an object. */
  put(object: StoredObject, change: number): void {
    const key = keyOf(object);
    this.#entries.set(keyText(key), { key, before: this.#before(key), after: object, last: object, change });
  }

  /** Replaces an object by a state of it that needs no validation, unless another step of this request changes it too. */
  putChecked(object: StoredObject, change: number): void {
    const key = keyOf(object), earlier = this.entry(key);
    this.#entries.set(keyText(key), { key, before: this.#before(key), after: object, last: object, isChecked: !earlier || earlier.isChecked, change });
  }

  /** Takes an object away. `last` is its last state. */
  remove(last: StoredObject, change: number): void {
    const key = keyOf(last);
    this.#entries.set(keyText(key), { key, before: this.#before(key), after: undefined, last, change });
  }

  /** What this request has touched of a key. */
  entry(key: ObjectKey): Entry | undefined {
    return this.#entries.get(keyText(key));
  }

  /** All touched objects, in the order of their first touch. */
  entries(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  #before(key: ObjectKey): StoredObject | undefined {
    return this.snapshot.get(key.kind, key.namespace, key.name) as StoredObject | undefined;
  }
}
