import { ApiError } from '../../model/errors.ts';
import type { Revision } from '../../store/store.ts';
import type { SortValue } from './order.ts';

/** A place in a list. */
export interface Position {
  /** The revision that the list shows; undefined goes on at whatever is newest. */
  readonly revision: Revision | undefined;
  /** The order, as `orderText` spells it. */
  readonly order: string;
  /** What the object at the place sorts by, its namespace and its name. */
  readonly key: readonly SortValue[];
}

/** A position as opaque text, the same for the same position. */
export function encodeCursor(position: Position): string {
  return Buffer.from(JSON.stringify([position.revision ?? 0, position.order, ...position.key])).toString('base64url');
}

/** The position behind a cursor that `encodeCursor` made under the same order. Throws INVALID for any other text. */
export function decodeCursor(cursor: string, order: string, argument: 'after' | 'before'): Position {
  const fail = (message: string): never => {
    throw new ApiError('INVALID', `${argument}: ${message}`, { fields: [{ path: argument, message }] });
  };
  const parts = parse(cursor);
  if (!parts) return fail('this is no cursor; give one that a list returned');
  const [revision, cursorOrder, ...key] = parts;
  if (typeof revision !== 'number' || !Number.isSafeInteger(revision) || revision < 0 || typeof cursorOrder !== 'string' || !key.every(isSortValue)) return fail('this is no cursor; give one that a list returned');
  if (cursorOrder !== order || key.length !== order.split(',').filter(Boolean).length + 2) return fail('this cursor belongs to a list in another order');
  return { revision: revision === 0 ? undefined : revision, order, key };
}

function parse(cursor: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSortValue(value: unknown): value is SortValue {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
