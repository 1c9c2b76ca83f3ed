import { kinds } from '../kinds/index.ts';
import type { KindDefinition } from '../kinds/kind.ts';
import type { FieldError } from '../model/errors.ts';
import type { KindName, StoredObject } from '../model/object.ts';
import { isFields } from './merge-patch.ts';
import { contentOf } from './object-parts.ts';

/** A kind's definition, as code sees it that treats all kinds alike. */
export interface AnyKind extends Pick<KindDefinition<KindName>, 'nameRule' | 'defaultPropagation' | 'standaloneFields'> {
  applyDefaults(input: object): object;
  readonly carryOver?: ((next: object, previous: object) => object) | undefined;
  readonly initialStatus?: ((content: object) => unknown) | undefined;
  validate(object: StoredObject): readonly FieldError[];
  validateUpdate(next: StoredObject, previous: StoredObject): readonly FieldError[];
  readonly validateStatus?: ((next: unknown, previous: unknown) => readonly FieldError[]) | undefined;
}

/** The content that an input means for an object that exists: with defaults, and with what the object keeps of what the cluster gave it. */
export function contentFor(previous: StoredObject, input: object): object {
  const { applyDefaults, carryOver } = definitionOf(previous.kind as KindName);
  const content = applyDefaults(input);
  return carryOver ? carryOver(content, contentOf(previous)) : content;
}

/** Whether a patch only gives values to standalone fields: what it is merged into is complete and stays so, and no default has to be asked. */
export function isStandalonePatch(kind: KindName, { metadata: _metadata, ...content }: Readonly<Record<string, unknown>>): boolean {
  const { standaloneFields } = definitionOf(kind);
  if (!standaloneFields) return false;
  const { spec, ...others } = content;
  return isFields(spec) && Object.keys(others).length === 0 && Object.keys(spec).every((name) => standaloneFields.includes(name) && spec[name] !== undefined && spec[name] !== null);
}

/** What a kind means. */
export function definitionOf(kind: KindName): AnyKind {
  return kinds[kind] as unknown as AnyKind;
}
