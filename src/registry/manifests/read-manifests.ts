import { ApiError, invalid } from '../../model/errors.ts';
import type { FieldError } from '../../model/errors.ts';
import { kindFacts, kindNames, kindOfManifest } from '../../model/object.ts';
import type { KindName, ObjectMetaInput, Patches } from '../../model/object.ts';
import type { Snapshot } from '../../store/store.ts';
import { isFields } from '../merge-patch.ts';
import type { RequestedChange } from '../registry.ts';
import { readInput } from '../schema/check-input.ts';
import { inputType } from '../schema/input-schema.ts';
import type { Refusal } from '../stage-request.ts';
import { readDocuments } from './read-documents.ts';
import type { ManifestDocument } from './read-documents.ts';

/** How manifests are applied. */
export interface ManifestOptions {
  readonly fieldManager: string;
  readonly force: boolean;
  /** Namespace of objects that name none. */
  readonly namespace: string;
}

/** The changes that manifests ask for, where each of them stands in the text, and what is wrong with its shape. */
export interface ReadManifests {
  readonly changes: readonly RequestedChange[];
  readonly positions: readonly string[];
  readonly refusals: readonly Refusal[];
}

/**
 * Reads manifests and checks them against the input types of the API: unknown fields come with "did you mean". What is readable of a faulty object is still
 * a change, so that its other faults are told in the same answer. Throws INVALID when the text itself can't be read or holds nothing.
 */
export function readManifests(text: string, options: ManifestOptions, snapshot: Pick<Snapshot, 'get'>): ReadManifests {
  const { documents, errors } = readDocuments(text);
  const unknown = documents.flatMap(kindErrors);
  if (errors.length + unknown.length > 0) throw manifestError([...errors, ...unknown]);
  if (documents.length === 0) throw manifestError([{ path: 'documents', message: 'the manifests hold no object' }]);
  const read = documents.map((document, change) => readObject(document, change, options, snapshot));
  return { changes: read.map(({ wanted }) => wanted), positions: documents.map(({ position }) => position), refusals: read.flatMap(({ refusal }) => refusal) };
}

function manifestError(fields: readonly FieldError[]): ApiError {
  return new ApiError('INVALID', `the manifests are invalid: ${fields.map(({ path, message }) => `${path}: ${message}`).join('; ')}`, { fields });
}

function kindErrors({ position, value: { apiVersion, kind, metadata } }: ManifestDocument): readonly FieldError[] {
  const known = typeof kind === 'string' && Object.hasOwn(kindFacts, kind) ? kindFacts[kind as KindName] : undefined;
  const named = isFields(metadata) && typeof metadata['name'] === 'string' && metadata['name'] !== '';
  return [
    ...(typeof kind !== 'string' ? [{ path: `${position}.kind`, message: 'is required' }] : []),
    ...(typeof kind === 'string' && !known ? [{ path: `${position}.kind`, message: `"${kind}" is none of the cluster's kinds: ${kindNames.join(', ')}` }] : []),
    ...(known && apiVersion !== known.apiVersion ? [{ path: `${position}.apiVersion`, message: `must be "${known.apiVersion}" for kind ${known.name}` }] : []),
    ...(named ? [] : [{ path: `${position}.metadata.name`, message: 'is required' }]),
  ];
}

function readObject({ value }: ManifestDocument, change: number, options: ManifestOptions, snapshot: Pick<Snapshot, 'get'>): { readonly wanted: RequestedChange; readonly refusal: readonly Refusal[] } {
  const kind = kindOfManifest(String(value['apiVersion']), String(value['kind'])) as KindName;
  const { apiVersion: _version, kind: _kind, metadata, status, ...content } = value;
  const head = readInput(inputType('ObjectMetaInput'), metadata);
  const { name = '', namespace, generateName: _prefix, ...writable } = (head.value ?? {}) as ObjectMetaInput;
  const target = kindFacts[kind].namespaced ? { name, namespace: namespace ?? options.namespace } : { name, namespace };
  const exists = snapshot.get(kind, target.namespace ?? '', name) !== undefined;
  const body = exists ? readInput(inputType(`${kind}Patch`), content) : readInput(inputType(`${kind}Input`), { metadata: {}, ...content });
  const errors = [
    ...head.errors.map(({ path, message }) => ({ path: path === '' ? 'metadata' : `metadata.${path}`, message })),
    ...body.errors,
    ...(status === undefined || (isFields(status) && Object.keys(status).length === 0) ? [] : [{ path: 'status', message: 'is written by the cluster; leave it out' }]),
  ];
  const input = { ...(isFields(body.value) ? body.value : {}), metadata: writable } as Patches[KindName];
  const wanted = { verb: 'apply', kind, target, input, fieldManager: options.fieldManager, force: options.force } as RequestedChange;
  return { wanted, refusal: errors.length === 0 ? [] : [{ change, error: invalid({ kind, namespace: target.namespace, name }, errors) }] };
}
