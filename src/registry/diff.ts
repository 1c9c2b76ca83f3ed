import { sameValue } from '../lib/same-value.ts';
import type { KindName, StoredObject } from '../model/object.ts';
import { leavesOf, presence } from './schema/leaves.ts';
import { shapeOf } from './schema/shape.ts';

/** One changed field: its path, and its JSON text before and after; absent where the field was not there. */
export interface FieldChange {
  readonly path: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** Stands for the value of a Secret. */
const hidden = '"(hidden)"';
const hiddenPath = /^(data|stringData)\[/;

/**
 * What differs between two states of an object, by path; either may be absent. Content, status, labels, annotations, finalizers, owners and the mark of
 * deletion count; the server's own bookkeeping (resourceVersion, generation, managed fields) does not. Values of Secrets are not shown.
 */
export function diffObjects(before: StoredObject | undefined, after: StoredObject | undefined): readonly FieldChange[] {
  const kind = (after ?? before)?.kind as KindName | undefined;
  if (kind === undefined) return [];
  const old = placesOf(kind, before), now = placesOf(kind, after);
  const text = (path: string, value: unknown) => (value === undefined ? undefined : kind === 'Secret' && hiddenPath.test(path) ? hidden : JSON.stringify(value));
  return [...new Set([...old.keys(), ...now.keys()])].filter((path) => !sameValue(old.get(path), now.get(path))).sort()
    .map((path) => ({ path, before: text(path, old.get(path)), after: text(path, now.get(path)) }));
}

function placesOf(kind: KindName, object: StoredObject | undefined): ReadonlyMap<string, unknown> {
  if (!object) return new Map();
  const places = [...leavesOf(shapeOf(kind), object)].filter(([, value]) => value !== presence);
  const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
  return new Map<string, unknown>([...places, ['metadata.deletionTimestamp', deletionTimestamp], ['metadata.deletionGracePeriodSeconds', deletionGracePeriodSeconds]]);
}
