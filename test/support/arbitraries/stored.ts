import { kinds } from '../../../src/kinds/index.ts';
import { kindFacts } from '../../../src/model/object.ts';
import type { Inputs, KindName, ObjectMeta, Objects } from '../../../src/model/object.ts';
import type { Content, KindDefinition } from '../../../src/kinds/kind.ts';

let created = 0;

/** The object that an input becomes when it is stored first, without any admission. `meta` overrides what the server would say. */
export function storedObject<K extends KindName>(kind: K, input: Inputs[K], meta: Partial<ObjectMeta> = {}): Objects[K] {
  const definition = kinds[kind] as KindDefinition<K>;
  const { name = '', namespace, labels = {}, annotations = {}, finalizers = [], ownerReferences = [] } = input.metadata;
  created += 1;
  const metadata: ObjectMeta = { uid: `00000000-0000-4000-8000-${String(created).padStart(12, '0')}`, name, ...(namespace === undefined ? {} : { namespace }), labels, annotations, finalizers, ownerReferences,
    creationTimestamp: '2030-01-01T00:00:00.000Z', resourceVersion: String(created), generation: 1, managedFields: [], ...meta };
  const content = definition.applyDefaults(input);
  const initialStatus = definition.initialStatus as ((given: Content<K>) => unknown) | undefined;
  const status = initialStatus === undefined ? {} : { status: initialStatus(content) };
  return { apiVersion: kindFacts[kind].apiVersion, kind, metadata, ...content, ...status } as unknown as Objects[K];
}
