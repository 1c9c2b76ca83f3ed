import { formatTime } from '../../lib/clock.ts';
import { sameValue } from '../../lib/same-value.ts';
import type { KindName, ManagedFields, StoredObject } from '../../model/object.ts';
import { writableParts } from '../object-parts.ts';
import { leavesOf } from '../schema/leaves.ts';
import { shapeOf } from '../schema/shape.ts';

/**
 * An updated object in which the one who updated it owns the fields that changed, and nobody owns the ones that are gone. An object that was never applied
 * has no owners, and stays so.
 */
export function takeOwnership(next: StoredObject, previous: StoredObject, by: { readonly actor: string; readonly nowMs: number }): StoredObject {
  const { managedFields } = previous.metadata;
  if (managedFields.length === 0) return next;
  const shape = shapeOf(next.kind as KindName);
  const before = leavesOf(shape, writableParts(previous)), after = leavesOf(shape, writableParts(next));
  const changed = [...after].filter(([path, value]) => !before.has(path) || !sameValue(before.get(path), value)).map(([path]) => path);
  const lost = new Set([...changed, ...[...before.keys()].filter((path) => !after.has(path))]);
  if (lost.size === 0) return next;
  const kept = managedFields.map((owner) => ({ ...owner, fields: owner.fields.filter((path) => !lost.has(path)) }));
  return { ...next, metadata: { ...next.metadata, managedFields: withFields(kept, by.actor, changed, formatTime(by.nowMs)) } };
}

function withFields(owners: readonly ManagedFields[], manager: string, added: readonly string[], time: string): readonly ManagedFields[] {
  const own = owners.find((owner) => owner.manager === manager);
  const fields = [...new Set([...(own?.fields ?? []), ...added])].sort();
  return [...owners.filter((owner) => owner.manager !== manager && owner.fields.length > 0), ...(fields.length === 0 ? [] : [{ manager, fields, time }])];
}
