import { Map as PersistentMap } from 'immutable';
import type { KindName, ObjectKey, Objects, Pod, StoredObject } from '../model/object.ts';
import { emptyIndex, IndexDraft, labelTerm, nodeTerm, ownerTerm } from './object-index.ts';
import type { ObjectIndex } from './object-index.ts';
import type { Change, Revision, Snapshot } from './store.ts';
import { Table } from './table.ts';

/** The tables of one kind by namespace, and their concatenation once it was asked for. */
interface KindTables {
  readonly namespaces: PersistentMap<string, Table>;
  listed: readonly StoredObject[] | undefined;
}

type Kinds = ReadonlyMap<string, KindTables>;

/** A snapshot over persistent maps: the next one shares with it all that did not change. */
export class MemorySnapshot implements Snapshot {
  static readonly empty = new MemorySnapshot(0, new Map(), emptyIndex);

  constructor(
    readonly revision: Revision,
    private readonly kinds: Kinds,
    private readonly index: ObjectIndex,
  ) {}

  get<K extends KindName>(kind: K, namespace: string, name: string): Objects[K] | undefined {
    return this.find({ kind, namespace, name }) as Objects[K] | undefined;
  }

  find(key: ObjectKey): StoredObject | undefined {
    return this.kinds.get(key.kind)?.namespaces.get(key.namespace)?.objects.get(key.name);
  }

  list<K extends KindName>(kind: K, namespace?: string): readonly Objects[K][] {
    const tables = this.kinds.get(kind);
    if (tables === undefined) return Table.empty.list() as readonly Objects[K][];
    if (namespace !== undefined) return (tables.namespaces.get(namespace) ?? Table.empty).list() as readonly Objects[K][];
    tables.listed ??= listAll(tables.namespaces);
    return tables.listed as readonly Objects[K][];
  }

  count(kind: KindName): number {
    let count = 0;
    for (const { objects } of this.kinds.get(kind)?.namespaces.values() ?? []) count += objects.size;
    return count;
  }

  byUid(uid: string): StoredObject | undefined {
    const key = this.index.uids.get(uid);
    return key === undefined ? undefined : this.find(key);
  }

  ownedBy(uid: string): readonly StoredObject[] {
    return this.lookUp(ownerTerm(uid));
  }

  podsOnNode(nodeName: string): readonly Pod[] {
    return this.lookUp(nodeTerm(nodeName)) as readonly Pod[];
  }

  withLabel<K extends KindName>(kind: K, namespace: string | undefined, key: string, value: string): readonly Objects[K][] {
    if (namespace !== undefined) return this.lookUp(labelTerm(kind, namespace, key, value)) as readonly Objects[K][];
    const namespaces = [...(this.kinds.get(kind)?.namespaces.keys() ?? [])].sort();
    const found: readonly StoredObject[] = namespaces.flatMap((each) => this.lookUp(labelTerm(kind, each, key, value)));
    return found as readonly Objects[K][];
  }

  /** All objects, in no particular order. */
  *objects(): Generator<StoredObject> {
    for (const { namespaces } of this.kinds.values()) for (const table of namespaces.values()) yield* table.objects.values();
  }

  /** The state after more changes, which must be in order and follow this revision. */
  after(changes: readonly Pick<Change, 'type' | 'object'>[], revision: Revision): MemorySnapshot {
    const kinds = new Map(this.kinds);
    const index = new IndexDraft(this.index);
    for (const [kind, namespaces] of byTable(changes)) {
      const tables = kinds.get(kind)?.namespaces ?? PersistentMap<string, Table>();
      const changed = tables.withMutations((draft) => {
        for (const [namespace, objects] of namespaces) {
          const table = draft.get(namespace) ?? Table.empty;
          for (const [name, object] of objects) index.move(table.objects.get(name), object);
          const next = table.with(objects);
          if (next === Table.empty) draft.delete(namespace);
          else draft.set(namespace, next);
        }
      });
      kinds.set(kind, { namespaces: changed, listed: undefined });
    }
    return new MemorySnapshot(revision, kinds, index.finish());
  }

  private lookUp(term: string): readonly StoredObject[] {
    const found: StoredObject[] = [];
    for (const key of this.index.terms.get(term)?.values() ?? []) {
      const object = this.find(key);
      if (object !== undefined) found.push(object);
    }
    return found.length > 1 ? found.sort(byPlace) : found;
  }
}

/** The last state of every changed object, by kind, namespace and name; undefined for a deleted one. */
function byTable(changes: readonly Pick<Change, 'type' | 'object'>[]): Map<string, Map<string, Map<string, StoredObject | undefined>>> {
  const kinds = new Map<string, Map<string, Map<string, StoredObject | undefined>>>();
  for (const { type, object } of changes) {
    let namespaces = kinds.get(object.kind);
    if (namespaces === undefined) kinds.set(object.kind, (namespaces = new Map()));
    const namespace = object.metadata.namespace ?? '';
    let objects = namespaces.get(namespace);
    if (objects === undefined) namespaces.set(namespace, (objects = new Map()));
    objects.set(object.metadata.name, type === 'DELETED' ? undefined : object);
  }
  return kinds;
}

function listAll(namespaces: PersistentMap<string, Table>): readonly StoredObject[] {
  if (namespaces.size === 1) return (namespaces.first() as Table).list();
  const none: readonly StoredObject[] = [];
  return none.concat(...[...namespaces.keys()].sort().map((namespace) => (namespaces.get(namespace) as Table).list()));
}

function byPlace(a: StoredObject, b: StoredObject): number {
  return compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compare(a.metadata.name, b.metadata.name) || compare(a.kind, b.kind);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
