import type { FieldError } from './errors.ts';

/** A place in an object that can be complained about. Paths read like `spec.containers[0].env[1].name`, map keys like `metadata.labels[app]`. */
export interface Field {
  readonly path: string;
  /** A named field below this one. */
  at(name: string): Field;
  /** A list element below this one. */
  index(position: number): Field;
  /** A map entry below this one. */
  key(key: string): Field;
  /** Reports this field as invalid. The message says what would be right, and never holds the value of a Secret. */
  fail(message: string): void;
}

/** Runs a check on an object and returns what it reported, in order. `path` is where the object stands; empty for a whole object. */
export function collectErrors(check: (root: Field) => void, path = ''): readonly FieldError[] {
  const errors: FieldError[] = [];
  check(fieldAt(path, errors));
  return errors;
}

/** Checks every element of a list, each with its own field. An absent list has none. */
export function checkEach<T>(field: Field, list: readonly T[] | undefined, check: (element: Field, value: T, position: number) => void): void {
  list?.forEach((value, position) => check(field.index(position), value, position));
}

function fieldAt(path: string, errors: FieldError[]): Field {
  return {
    path,
    at: (name) => fieldAt(path === '' ? name : `${path}.${name}`, errors),
    index: (position) => fieldAt(`${path}[${position}]`, errors),
    key: (key) => fieldAt(`${path}[${key}]`, errors),
    fail: (message) => void errors.push({ path, message }),
  };
}
