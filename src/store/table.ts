import { Map as PersistentMap } from 'immutable';
import type { StoredObject } from '../model/object.ts';

/** Names touched since the last sorted list was made, newest first. */
interface Touched {
  readonly name: string;
  readonly before: Touched | undefined;
  readonly length: number;
}

const noObjects: PersistentMap<string, StoredObject> = PersistentMap();

/** The objects of one kind in one namespace at one revision. Never changes; `list()` is made when first asked for, from the last list and what changed since. */
export class Table {
  static readonly empty = new Table(noObjects, [], undefined);

  private constructor(
    readonly objects: PersistentMap<string, StoredObject>,
    private listed: readonly StoredObject[] | undefined,
    private touched: Touched | undefined,
  ) {}

  /** All objects, sorted by name; the same array each time. */
  list(): readonly StoredObject[] {
    if (this.listed === undefined || this.touched !== undefined) {
      this.listed = this.listed === undefined ? sorted([...this.objects.values()]) : merge(this.listed, this.touched, this.objects);
      this.touched = undefined;
    }
    return this.listed;
  }

  /** This table after some objects were set (or, where undefined, removed). */
  with(changes: ReadonlyMap<string, StoredObject | undefined>): Table {
    const objects = this.objects.withMutations((draft) => {
      for (const [name, object] of changes) {
        if (object === undefined) draft.delete(name);
        else draft.set(name, object);
      }
    });
    if (objects.size === 0) return Table.empty;
    let touched = this.touched;
    if (this.listed === undefined || (touched?.length ?? 0) + changes.size > objects.size / 4 + 8) return new Table(objects, undefined, undefined);
    for (const name of changes.keys()) touched = { name, before: touched, length: (touched?.length ?? 0) + 1 };
    return new Table(objects, this.listed, touched);
  }
}

/** The earlier list with the touched names brought up to date; linear in the list. */
function merge(list: readonly StoredObject[], touched: Touched | undefined, objects: PersistentMap<string, StoredObject>): readonly StoredObject[] {
  const names = new Set<string>();
  for (let entry = touched; entry !== undefined; entry = entry.before) names.add(entry.name);
  const result: StoredObject[] = [];
  let from = 0;
  for (const name of [...names].sort()) {
    const at = position(list, name, from);
    for (let index = from; index < at; index++) result.push(list[index] as StoredObject);
    from = list[at]?.metadata.name === name ? at + 1 : at;
    const object = objects.get(name);
    if (object !== undefined) result.push(object);
  }
  for (let index = from; index < list.length; index++) result.push(list[index] as StoredObject);
  return result;
}

/** Where a name is or would be in a sorted list, by bisection. */
function position(list: readonly StoredObject[], name: string, from: number): number {
  let low = from;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as StoredObject).metadata.name < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sorted(objects: StoredObject[]): readonly StoredObject[] {
  return objects.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}
