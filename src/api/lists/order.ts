import type { StoredObject } from '../../model/object.ts';
import { valueAt } from './value-at.ts';

/** One step of an order, as the API takes it: `{field: NODE_NAME, direction: DESC}`. */
export interface OrderStep {
  readonly field: string;
  readonly direction?: 'ASC' | 'DESC' | null | undefined;
}

/** What objects are compared by; null where the field is absent. */
export type SortValue = string | number | boolean | null;

/** An order that is total over the objects of one kind: ties are broken by namespace, then name. */
export interface Order {
  /** Spells the order: the same text for the same order, empty for the default one. */
  readonly text: string;
  /** What an object sorts by. */
  keyOf(object: StoredObject): readonly SortValue[];
  compareKeys(one: readonly SortValue[], other: readonly SortValue[]): number;
  compare(one: StoredObject, other: StoredObject): number;
}

/** An order over the paths of a kind. `filters` maps the names of filters to paths. */
export function createOrder(filters: Readonly<Record<string, string>>, steps: readonly OrderStep[]): Order {
  const byEnum = new Map(Object.keys(filters).map((name) => [enumName(name), name]));
  const resolved = steps.map((step) => {
    const path = filters[byEnum.get(step.field) ?? ''] ?? '';
    return { path: path.split('.'), sign: step.direction === 'DESC' ? -1 : 1, text: `${step.direction === 'DESC' ? '-' : ''}${path}` };
  });
  const keyOf = (object: StoredObject): readonly SortValue[] =>
    [...resolved.map((step) => valueAt(object, step.path) ?? null), object.metadata.namespace ?? '', object.metadata.name];
  const compareKeys = (one: readonly SortValue[], other: readonly SortValue[]): number => {
    for (let i = 0; i < one.length; i += 1) {
      const difference = compareValues(one[i] ?? null, other[i] ?? null);
      if (difference !== 0) return difference * (resolved[i]?.sign ?? 1);
    }
    return 0;
  };
  return { text: resolved.map((step) => step.text).join(','), keyOf, compareKeys, compare: (one, other) => compareKeys(keyOf(one), keyOf(other)) };
}

/** Absent first, then numbers and truths, then text by code unit. */
function compareValues(one: SortValue, other: SortValue): number {
  if (one === other) return 0;
  if (one === null || other === null) return one === null ? -1 : 1;
  if (typeof one === 'string' || typeof other === 'string') {
    if (typeof one !== 'string') return -1;
    if (typeof other !== 'string') return 1;
    return one < other ? -1 : 1;
  }
  return Number(one) - Number(other);
}

/** `nodeName` → `NODE_NAME`, as the schema spells fields of an order. */
function enumName(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}
