import { kinds } from '../kinds/index.ts';
import type { KindDefinition } from '../kinds/kind.ts';
import type { FieldError } from '../model/errors.ts';
import type { KindName, StoredObject } from '../model/object.ts';

/** A kind's definition, as code sees it that treats all kinds alike. */
export interface AnyKind extends Pick<KindDefinition<KindName>, 'nameRule' | 'defaultPropagation'> {
  applyDefaults(input: object): object;
  readonly initialStatus?: ((content: object) => unknown) | undefined;
  validate(object: StoredObject): readonly FieldError[];
  validateUpdate(next: StoredObject, previous: StoredObject): readonly FieldError[];
  readonly validateStatus?: ((next: unknown, previous: unknown) => readonly FieldError[]) | undefined;
}

/** What a kind means. */
export function definitionOf(kind: KindName): AnyKind {
  return kinds[kind] as unknown as AnyKind;
}
