import { formatTime } from '../../lib/clock.ts';
import { fraction } from '../../lib/random.ts';
import { ApiError, describe, invalid, notFound } from '../../model/errors.ts';
import type { FieldError } from '../../model/errors.ts';
import { generateName } from '../../model/names.ts';
import { kindFacts } from '../../model/object.ts';
import type { KindName, ObjectKey, ObjectMetaInput, StoredObject } from '../../model/object.ts';
import { definitionOf } from '../any-kind.ts';
import { keyOfTarget } from './verb-context.ts';
import type { StagedChange, VerbContext } from './verb-context.ts';

/** What a client writes, as code sees it that treats all kinds alike. */
export interface AnyInput {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly metadata: ObjectMetaInput;
}

/** Makes an object with its defaults and its initial status. Throws INVALID, ALREADY_EXISTS, NOT_FOUND (no such namespace) or FORBIDDEN (the namespace is being deleted). */
export function stageCreate(kind: KindName, input: AnyInput, context: VerbContext): StagedChange {
  const { staging, change } = context;
  const { metadata } = input;
  refuseIf(kind, metadata, [...headErrors(kind, input), ...newMetadataErrors(metadata)]);
  const key = keyOfTarget(kind, { namespace: metadata.namespace, name: metadata.name || freeName(kind, metadata, context) });
  if (staging.at(key)) throw new ApiError('ALREADY_EXISTS', `${describe(key)} already exists`, { subject: key });
  if (staging.entry(key)?.before) throw new ApiError('ALREADY_EXISTS', `${describe(key)} is deleted by the same request; make it anew in a later one`, { subject: key });
  checkNamespace(key, context);
  staging.put(newObject(key, input, context), change);
  return { key, previous: undefined };
}

/** Errors of `apiVersion` and `kind`, which may be left out but not be another kind's. */
export function headErrors(kind: KindName, input: Pick<AnyInput, 'apiVersion' | 'kind'>): readonly FieldError[] {
  const { apiVersion } = kindFacts[kind];
  return [
    ...(input.apiVersion === undefined || input.apiVersion === apiVersion ? [] : [{ path: 'apiVersion', message: `must be "${apiVersion}"` }]),
    ...(input.kind === undefined || input.kind === kind ? [] : [{ path: 'kind', message: `must be "${kind}"` }]),
  ];
}

function newMetadataErrors(metadata: ObjectMetaInput): readonly FieldError[] {
  return [
    ...(metadata.name || metadata.generateName ? [] : [{ path: 'metadata.name', message: 'name or generateName is required' }]),
    ...(metadata.resourceVersion === undefined ? [] : [{ path: 'metadata.resourceVersion', message: 'must be left out for a new object' }]),
    ...(metadata.uid === undefined ? [] : [{ path: 'metadata.uid', message: 'must be left out: the server chooses it' }]),
  ];
}

function refuseIf(kind: KindName, metadata: ObjectMetaInput, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ kind, namespace: metadata.namespace, name: metadata.name ?? metadata.generateName }, errors);
}

function freeName(kind: KindName, metadata: ObjectMetaInput, { random, staging }: VerbContext): string {
  const prefix = metadata.generateName ?? '';
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const name = generateName(prefix, () => fraction(random));
    if (!staging.at(keyOfTarget(kind, { namespace: metadata.namespace, name }))) return name;
  }
  throw new ApiError('ALREADY_EXISTS', `no free name was found for the prefix "${prefix}"; use a longer one`, { subject: { kind, namespace: metadata.namespace, name: prefix } });
}

function checkNamespace(key: ObjectKey, { staging }: VerbContext): void {
  if (!kindFacts[key.kind].namespaced) return;
  const namespace = staging.get('Namespace', '', key.namespace);
  if (!namespace) throw notFound({ kind: 'Namespace', name: key.namespace });
  if (namespace.metadata.deletionTimestamp !== undefined) {
    throw new ApiError('FORBIDDEN', `${describe(key)} can't be made: Namespace "${key.namespace}" is being deleted`, { subject: key });
  }
}

function newObject(key: ObjectKey, input: AnyInput, { random, nowMs }: VerbContext): StoredObject {
  const definition = definitionOf(key.kind);
  const { generateName: prefix, labels = {}, annotations = {}, finalizers = [], ownerReferences = [] } = input.metadata;
  const content = definition.applyDefaults(input);
  const status = definition.initialStatus?.(content);
  return {
    apiVersion: kindFacts[key.kind].apiVersion, kind: key.kind,
    metadata: {
      uid: random.uuid(), name: key.name, ...(prefix ? { generateName: prefix } : {}), ...(key.namespace ? { namespace: key.namespace } : {}), labels, annotations,
      creationTimestamp: formatTime(nowMs), finalizers, ownerReferences, resourceVersion: '0', generation: 1, managedFields: [],
    },
    ...content,
    ...(status === undefined ? {} : { status }),
  };
}
