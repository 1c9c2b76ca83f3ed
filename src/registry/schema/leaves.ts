import { isFields } from '../merge-patch.ts';
import { elementName } from './shape.ts';
import type { Shape } from './shape.ts';

/** Stands for "there is an object or a list element here" among the leaves. */
export const presence = Symbol('present');

/**
 * All places of a value by path: `spec.replicas`, `metadata.labels[app]`, `spec.containers[name=web].image`. Leaves map to their values; objects and
 * list elements are places too, and map to `presence`. Lists without keys are one leaf.
 */
export function leavesOf(shape: Shape, value: unknown): ReadonlyMap<string, unknown> {
  const places = new Map<string, unknown>();
  collect(shape, value, '', places);
  return places;
}

function collect(shape: Shape, value: unknown, path: string, places: Map<string, unknown>): void {
  if (value === undefined || value === null) return;
  if (shape.type === 'object' && isFields(value)) {
    if (path !== '') places.set(path, presence);
    for (const [name, field] of shape.fields) collect(field, value[name], path === '' ? name : `${path}.${name}`, places);
  } else if (shape.type === 'map' && isFields(value)) {
    for (const [key, item] of Object.entries(value)) if (item !== undefined && item !== null) places.set(`${path}[${key}]`, item);
  } else if (shape.type === 'keyed' && Array.isArray(value)) {
    for (const element of value) {
      const place = `${path}[${elementName(element, shape.keys)}]`;
      if (shape.element.type === 'object') collect(shape.element, element, place, places);
      else places.set(place, element);
    }
  } else if (shape.type === 'set' && Array.isArray(value)) {
    for (const element of value) places.set(`${path}[${String(element)}]`, element);
  } else places.set(path, value);
}

/** Whether a path is at or below another. */
export function isWithin(path: string, ancestor: string): boolean {
  return path.startsWith(ancestor) && (path.length === ancestor.length || path[ancestor.length] === '.' || path[ancestor.length] === '[');
}
