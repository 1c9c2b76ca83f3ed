import { ApiError } from '../../model/errors.ts';
import type { StoredObject } from '../../model/object.ts';
import type { Revision } from '../../store/store.ts';
import { encodeCursor } from './cursor.ts';
import type { Position } from './cursor.ts';
import type { Order } from './order.ts';

/** The part of a list that is wanted, by Relay's rules. Null is the same as absent. */
export interface PageArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** The most that one page holds, and what it holds where nothing is said. */
export const pageLimits = { most: 1000, usual: 100 };

/** A page of a list, with what Relay wants to know of it. Edges and cursors are made when they are read. */
export interface Connection {
  readonly nodes: readonly StoredObject[];
  readonly edges: readonly { readonly cursor: string; readonly node: StoredObject }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly startCursor: string | undefined; readonly endCursor: string | undefined };
  readonly totalCount: number;
  readonly remainingItemCount: number;
  readonly revision: Revision;
}

/** What must hold of `first` and `last`. Throws INVALID. */
export function checkPageArgs({ first, last }: PageArgs): void {
  if (first != null && last != null) fail('last', 'give first or last, not both');
  for (const [path, count] of [['first', first], ['last', last]] as const) {
    if (count != null && (count < 0 || count > pageLimits.most)) fail(path, `${count} is not between 0 and ${pageLimits.most}`);
  }
}

/** Cuts a page from all objects of a list, which must be in the given order. */
export function cutPage(objects: readonly StoredObject[], order: Order, revision: Revision, args: PageArgs, after: Position | undefined, before: Position | undefined): Connection {
  let start = after ? firstIndex(objects, (object) => order.compareKeys(order.keyOf(object), after.key) > 0) : 0;
  let end = before ? firstIndex(objects, (object) => order.compareKeys(order.keyOf(object), before.key) >= 0) : objects.length;
  end = Math.max(start, end);
  if (args.last != null) start = Math.max(start, end - args.last);
  else end = Math.min(end, start + (args.first ?? pageLimits.usual));
  const nodes = start === 0 && end === objects.length ? objects : objects.slice(start, end);
  const cursorOf = (object: StoredObject | undefined) => object && encodeCursor({ revision, order: order.text, key: order.keyOf(object) });
  return {
    nodes,
    get edges() { return nodes.map((node) => ({ get cursor() { return cursorOf(node) ?? ''; }, node })); },
    get pageInfo() {
      return { hasNextPage: end < objects.length, hasPreviousPage: start > 0, startCursor: cursorOf(nodes[0]), endCursor: cursorOf(nodes.at(-1)) };
    },
    totalCount: objects.length,
    remainingItemCount: objects.length - end,
    revision,
  };
}

/** The first index at which a test that turns true once and stays so is true. */
function firstIndex(objects: readonly StoredObject[], isPast: (object: StoredObject) => boolean): number {
  let low = 0, high = objects.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isPast(objects[middle] as StoredObject)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function fail(path: string, message: string): never {
  throw new ApiError('INVALID', `${path}: ${message}`, { fields: [{ path, message }] });
}
