import { kindFacts } from '../generated/kinds.ts';
import type { KindName, Objects, Statuses } from '../generated/kinds.ts';
import type { ObjectMeta } from '../generated/types.ts';

export { kindFacts, kindNames } from '../generated/kinds.ts';
export type { Inputs, KindName, Objects, Patches, Statuses } from '../generated/kinds.ts';
export type * from '../generated/types.ts';

/** A kind with observed state. */
export type KindWithStatus = keyof Statuses;

/** Any stored object, as code sees it that treats all kinds alike. Never mutated: a change makes a new one. Absent fields are undefined, never null. */
export interface StoredObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** Names one object. `namespace` is `''` for cluster-scoped kinds. */
export interface ObjectKey {
  readonly kind: KindName;
  readonly namespace: string;
  readonly name: string;
}

/** The key of an object. */
export function keyOf(object: StoredObject): ObjectKey {
  return { kind: object.kind as KindName, namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}

/** A key as text, unique over all objects: `Pod/default/web-1`, `Node//node-1`. */
export function keyText(key: ObjectKey): string {
  return `${key.kind}/${key.namespace}/${key.name}`;
}

/** Whether an object is of a kind; narrows its type. */
export function isKind<K extends KindName>(object: StoredObject, kind: K): object is Objects[K] & StoredObject {
  return object.kind === kind;
}

/** The kind of a manifest, or undefined where Gantry has none of that apiVersion and name. */
export function kindOfManifest(apiVersion: string, kind: string): KindName | undefined {
  const facts = (kindFacts as Readonly<Record<string, { name: string; apiVersion: string }>>)[kind];
  return facts?.apiVersion === apiVersion ? (facts.name as KindName) : undefined;
}
