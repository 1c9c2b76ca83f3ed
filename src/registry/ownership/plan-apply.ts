import { sameValue } from '../../lib/same-value.ts';
import type { ManagedFields } from '../../model/object.ts';
import { isFields } from '../merge-patch.ts';
import { isWithin, leavesOf, presence } from '../schema/leaves.ts';
import { elementName } from '../schema/shape.ts';
import type { Shape } from '../schema/shape.ts';

/** What one manager wants of an object, and what is known of it. */
export interface ApplyRequest {
  readonly shape: Shape;
  /** What clients may write of the object as it is; undefined where it does not exist. */
  readonly live: unknown;
  /** The fields that the manager wants; all others are not its business. */
  readonly wanted: unknown;
  readonly manager: string;
  readonly owners: readonly ManagedFields[];
}

/** The outcome of an apply before defaults: what clients may write of the object, and the fields that the manager then owns. */
export interface AppliedParts {
  readonly parts: unknown;
  readonly owned: readonly string[];
}

/** A field that another manager owns and that an apply would change. */
export interface OwnershipConflict {
  readonly manager: string;
  readonly path: string;
}

/**
 * Merges what a manager wants into an object: lists with keys element by element, other lists as a whole. What the manager owned before, wants no longer
 * and nobody else owns is taken away; an object or list element goes as a whole, with its defaults, when nobody owns anything in it.
 */
export function planApply({ shape, live, wanted, manager, owners }: ApplyRequest): AppliedParts {
  const places = leavesOf(shape, wanted), existing = leavesOf(shape, live);
  const held = new Set(owners.flatMap((owner) => owner.fields));
  const before = owners.find((owner) => owner.manager === manager)?.fields ?? [];
  const owned = [...places].filter(([path, value]) => value !== presence || !existing.has(path) || held.has(path)).map(([path]) => path);
  const stillHeld = [...owned, ...owners.filter((owner) => owner.manager !== manager).flatMap((owner) => owner.fields)];
  const stillHeldSet = new Set(stillHeld);
  const dropped = before.filter((path) => !stillHeldSet.has(path) && (existing.get(path) !== presence || !stillHeld.some((other) => isWithin(other, path))));
  const parts = prune(shape, mergeApplied(shape, live, wanted), '', new Set(dropped));
  return { parts, owned: owned.sort() };
}

/** The fields that the manager wants, another manager owns, and that differ between the object as it was and as it would be. */
export function findConflicts(request: ApplyRequest, owned: readonly string[], next: unknown): readonly OwnershipConflict[] {
  const before = leavesOf(request.shape, request.live), after = leavesOf(request.shape, next);
  const changed = new Set(owned.filter((path) => !sameValue(before.get(path), after.get(path))));
  return request.owners.filter((owner) => owner.manager !== request.manager)
    .flatMap((owner) => owner.fields.filter((path) => changed.has(path)).map((path) => ({ manager: owner.manager, path })));
}

/** The owners after an apply; `taken` fields are taken away from the others. A manager that owns the same as before keeps its time. */
export function ownersAfter(request: ApplyRequest, owned: readonly string[], taken: readonly OwnershipConflict[], time: string): readonly ManagedFields[] {
  const lost = new Set(taken.map((conflict) => conflict.path));
  const others = request.owners.filter((owner) => owner.manager !== request.manager)
    .map((owner) => (lost.size === 0 ? owner : { ...owner, fields: owner.fields.filter((path) => !lost.has(path)) }))
    .filter((owner) => owner.fields.length > 0);
  const previous = request.owners.find((owner) => owner.manager === request.manager);
  if (owned.length === 0) return others;
  const own = previous && sameValue(previous.fields, owned) ? previous : { manager: request.manager, fields: owned, time };
  return [...others, own].sort((one, other) => (one.manager < other.manager ? -1 : 1));
}

function mergeApplied(shape: Shape, live: unknown, wanted: unknown): unknown {
  if (wanted === undefined || wanted === null) return live;
  if (shape.type === 'object' && isFields(wanted)) {
    const base = isFields(live) ? live : {};
    const merged = [...shape.fields].flatMap(([name, field]) => (wanted[name] === undefined || wanted[name] === null ? [] : [[name, mergeApplied(field, base[name], wanted[name])] as const]));
    return { ...base, ...Object.fromEntries(merged) };
  }
  if (shape.type === 'map' && isFields(wanted)) {
    return { ...(isFields(live) ? live : {}), ...Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null && value !== undefined)) };
  }
  if (shape.type === 'set' && Array.isArray(wanted)) return [...new Set([...(Array.isArray(live) ? live : []), ...wanted])];
  if (shape.type === 'keyed' && Array.isArray(wanted)) return mergeElements(shape, Array.isArray(live) ? live : [], wanted);
  return wanted;
}

function mergeElements(shape: Shape & { readonly type: 'keyed' }, live: readonly unknown[], wanted: readonly unknown[]): unknown {
  const merged = new Map(live.map((element) => [elementName(element, shape.keys), element] as const));
  for (const element of wanted) {
    const name = elementName(element, shape.keys);
    merged.set(name, mergeApplied(shape.element, merged.get(name), element));
  }
  return [...merged.values()];
}

function prune(shape: Shape, value: unknown, path: string, dropped: ReadonlySet<string>): unknown {
  if (dropped.size === 0) return value;
  if (path !== '' && dropped.has(path)) return undefined;
  if (shape.type === 'object' && isFields(value)) {
    return Object.fromEntries(Object.entries(value).flatMap(([name, item]) => {
      const field = shape.fields.get(name);
      const kept = field ? prune(field, item, path === '' ? name : `${path}.${name}`, dropped) : item;
      return kept === undefined ? [] : [[name, kept] as const];
    }));
  }
  if (shape.type === 'map' && isFields(value)) return Object.fromEntries(Object.entries(value).filter(([key]) => !dropped.has(`${path}[${key}]`)));
  if (shape.type === 'set' && Array.isArray(value)) return value.filter((element) => !dropped.has(`${path}[${String(element)}]`));
  if (shape.type === 'keyed' && Array.isArray(value)) {
    return value.flatMap((element: unknown) => {
      const kept = prune(shape.element, element, `${path}[${elementName(element, shape.keys)}]`, dropped);
      return kept === undefined ? [] : [kept];
    });
  }
  return value;
}
