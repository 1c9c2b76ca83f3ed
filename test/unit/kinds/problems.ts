import { kinds } from '../../../src/kinds/index.ts';
import type { KindDefinition } from '../../../src/kinds/kind.ts';
import type { FieldError } from '../../../src/model/errors.ts';
import type { ContainerInput, Inputs, KindName, PodInput, PodSpecInput } from '../../../src/model/object.ts';
import { minimalInput, minimalPodSpec } from '../../support/arbitraries/minimal-inputs.ts';
import { storedObject } from '../../support/arbitraries/stored.ts';

/** What is wrong with a new object made from an input. */
export function problemsOf<K extends KindName>(kind: K, input: Inputs[K]): readonly FieldError[] {
  return (kinds[kind] as KindDefinition<K>).validate(storedObject(kind, input));
}

/** What is wrong with going from the object of one input to that of another, after what is carried over. */
export function updateProblemsOf<K extends KindName>(kind: K, previous: Inputs[K], next: Inputs[K]): readonly FieldError[] {
  const definition = kinds[kind] as KindDefinition<K>;
  const stored = storedObject(kind, previous, { name: 'same', uid: 'same' });
  return definition.validateUpdate(storedObject(kind, next, { name: 'same', uid: 'same' }), stored);
}

/** The paths of errors. */
export function pathsOf(errors: readonly FieldError[]): readonly string[] {
  return errors.map((error) => error.path);
}

/** The smallest Pod with a changed spec. */
export function podWith(spec: Partial<PodSpecInput>): PodInput {
  return { ...minimalInput('Pod'), spec: { ...minimalPodSpec, ...spec } };
}

/** The smallest Pod with a changed container. */
export function podWithContainer(container: Partial<ContainerInput>, spec: Partial<PodSpecInput> = {}): PodInput {
  return podWith({ ...spec, containers: [{ name: 'web', image: 'busybox:1.36', ...container }] });
}
