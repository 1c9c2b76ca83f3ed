import { checkEach, collectErrors } from './field.ts';
import type { Field } from './field.ts';
import type { FieldError } from './errors.ts';
import { nameProblem } from './names.ts';
import type { NameRule } from './names.ts';
import type { ObjectMeta, OwnerReference } from './object.ts';

/** Bytes that all annotations of one object may take together, keys and values. */
export const maxAnnotationBytes = 256 * 1024;

type Map = Readonly<Record<string, string>>;

/** Reports a text that breaks a name rule. */
export function checkName(field: Field, rule: NameRule, text: string): void {
  const problem = nameProblem(rule, text);
  if (problem !== undefined) field.fail(problem);
}

/** Reports keys and values that can't be labels. */
export function checkLabels(field: Field, labels: Map): void {
  for (const [key, value] of Object.entries(labels)) {
    checkName(field.key(key), 'label-key', key);
    checkName(field.key(key), 'label-value', value);
  }
}

/** Reports keys that can't be annotations, and annotations that are too large together. */
export function checkAnnotations(field: Field, annotations: Map): void {
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) {
    checkName(field.key(key), 'label-key', key.toLowerCase());
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > maxAnnotationBytes) field.fail(`all annotations take ${bytes} bytes together; must be at most ${maxAnnotationBytes}`);
}

/** Everything that is wrong with an object's metadata, whatever its kind. `rule` is its kind's `nameRule`. */
export function validateMetadata(metadata: ObjectMeta, rule: NameRule, isNamespaced: boolean): readonly FieldError[] {
  return collectErrors((field) => {
    checkName(field.at('name'), rule, metadata.name);
    if (isNamespaced) checkName(field.at('namespace'), 'dns-label', metadata.namespace ?? '');
    else if (metadata.namespace !== undefined) field.at('namespace').fail('must be left out: objects of this kind belong to no namespace');
    checkLabels(field.at('labels'), metadata.labels);
    checkAnnotations(field.at('annotations'), metadata.annotations);
    checkEach(field.at('finalizers'), metadata.finalizers, (element, finalizer) => checkName(element, 'label-key', finalizer));
    checkOwners(field.at('ownerReferences'), metadata.ownerReferences);
  }, 'metadata');
}

function checkOwners(field: Field, owners: readonly OwnerReference[]): void {
  checkEach(field, owners, (element, owner, position) => {
    for (const name of ['apiVersion', 'kind', 'name', 'uid'] as const) if (owner[name] === '') element.at(name).fail('must not be empty');
    if (owners.findIndex((other) => other.uid === owner.uid) < position) element.at('uid').fail('is named twice; each owner must be listed once');
  });
  const controllers = owners.filter((owner) => owner.controller === true);
  if (controllers.length > 1) field.fail(`${controllers.map((owner) => `${owner.kind} "${owner.name}"`).join(' and ')} are both controllers; at most one owner may have controller set`);
}
