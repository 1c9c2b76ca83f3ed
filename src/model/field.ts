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
  check(new Place(undefined, path, errors));
  return errors;
}

/** Checks every element of a list, each with its own field. An absent list has none. */
export function checkEach<T>(field: Field, list: readonly T[] | undefined, check: (element: Field, value: T, position: number) => void): void {
  list?.forEach((value, position) => check(field.index(position), value, position));
}

/** A field as the way to it, spelled only when something is reported: a check passes hundreds of them. A class, so that they share their functions. */
class Place implements Field {
  constructor(private readonly parent: Place | undefined, private readonly step: string, private readonly errors: FieldError[]) {}

  get path(): string {
    const above = this.parent?.path ?? '';
    return above === '' && this.step.startsWith('.') ? this.step.slice(1) : `${above}${this.step}`;
  }

  at(name: string): Field {
    return new Place(this, `.${name}`, this.errors);
  }

  index(position: number): Field {
    return new Place(this, `[${position}]`, this.errors);
  }

  key(key: string): Field {
    return new Place(this, `[${key}]`, this.errors);
  }

  fail(message: string): void {
    this.errors.push({ path: this.path, message });
  }
}
