import { ApiError } from '../model/errors.ts';
import { kindFacts } from '../model/object.ts';
import type { KindName, Objects } from '../model/object.ts';
import type { AppliedManifest, ChangeOptions, Client, ClientTarget, KindCalls, RequestOptions, Selection } from './client.ts';
import { kindDocuments } from './kind-documents.ts';

/** The document behind `applyManifests`. */
export const applyDocument = `mutation applyManifests($manifests: String!, $fieldManager: String, $force: Boolean, $namespace: String, $dryRun: Boolean) {
  result: applyManifests(manifests: $manifests, fieldManager: $fieldManager, force: $force, namespace: $namespace, dryRun: $dryRun) {
    revision results { operation changes { path before after } object { apiVersion kind metadata {
      uid name generateName namespace labels annotations creationTimestamp deletionTimestamp deletionGracePeriodSeconds finalizers
      ownerReferences { apiVersion kind name uid controller blockOwnerDeletion } resourceVersion generation managedFields { manager fields time } } } } } }`;

const pageSize = 1000;
const listAttempts = 3;

/** The calls on objects of any kind, over one request function. */
export function kindCalls(request: Client['request']): KindCalls {
  const change = async <K extends KindName>(document: string, variables: Readonly<Record<string, unknown>>, options: ChangeOptions): Promise<Objects[K]> => {
    const { result } = await request<{ result: { object: Objects[K] } }>(document, { ...variables, dryRun: options.dryRun ?? false }, options);
    return result.object;
  };
  return {
    get: async <K extends KindName>(kind: K, target: ClientTarget, options: RequestOptions & { readonly minRevision?: string } = {}) => {
      const { result } = await request<{ result?: Objects[K] }>(kindDocuments(kind).get, { ...keyVariables(kind, target), minRevision: options.minRevision }, options);
      return result;
    },
    list: async <K extends KindName>(kind: K, selection: Selection = {}, options: RequestOptions = {}) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await listPages<K>(request, kind, selection, options);
        } catch (error) {
          if (attempt >= listAttempts || !(error instanceof ApiError && error.code === 'EXPIRED')) throw error;
        }
      }
    },
    create: (kind, input, options = {}) => change(kindDocuments(kind).create, { input }, options),
    update: (kind, input, options = {}) => change(kindDocuments(kind).update, { input }, options),
    updateStatus: (kind, target, status, options = {}) => change(kindDocuments(kind).updateStatus!, { ...targetVariables(kind, target), status }, options),
    patch: (kind, target, patch, options = {}) => change(kindDocuments(kind).patch, { ...keyVariables(kind, target), patch }, options),
    delete: (kind, target, options = {}) => change(kindDocuments(kind).delete, {
      ...targetVariables(kind, target), propagationPolicy: options.propagationPolicy, gracePeriodSeconds: options.gracePeriodSeconds }, options),
    applyManifests: async (manifests, options = {}) => {
      const { fieldManager = 'gantry', force = false, namespace = 'default', dryRun = false } = options;
      const { result } = await request<{ result: { results: AppliedManifest[]; revision?: string } }>(applyDocument, { manifests, fieldManager, force, namespace, dryRun }, options);
      return result;
    },
  };
}

interface Page<K extends KindName> {
  readonly nodes: readonly Objects[K][];
  readonly revision: string;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string };
}

async function listPages<K extends KindName>(request: Client['request'], kind: K, selection: Selection, options: RequestOptions): Promise<{ objects: Objects[K][]; revision: string }> {
  const objects: Objects[K][] = [];
  for (let after: string | undefined; ;) {
    const { result } = await request<{ result: Page<K> }>(kindDocuments(kind).list, { ...selectionVariables(kind, selection), first: pageSize, after }, options);
    objects.push(...result.nodes);
    if (!result.pageInfo.hasNextPage) return { objects, revision: result.revision };
    after = result.pageInfo.endCursor;
  }
}

/** Variables of a selection; kinds without namespace have no such variable. */
export function selectionVariables(kind: KindName, { namespace, labelSelector, where }: Selection): Readonly<Record<string, unknown>> {
  return { ...(kindFacts[kind].namespaced ? { namespace } : {}), labelSelector, where };
}

function keyVariables(kind: KindName, target: ClientTarget): Readonly<Record<string, unknown>> {
  return kindFacts[kind].namespaced ? { namespace: target.namespace ?? 'default', name: target.name } : { name: target.name };
}

function targetVariables(kind: KindName, target: ClientTarget): Readonly<Record<string, unknown>> {
  return { ...keyVariables(kind, target), uid: target.uid, resourceVersion: target.resourceVersion };
}
