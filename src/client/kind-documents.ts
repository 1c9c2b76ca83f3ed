import { fragments } from '../generated/documents.ts';
import { kindFacts } from '../model/object.ts';
import type { KindName, KindWithStatus } from '../model/object.ts';

/** The documents for one kind; each selects every stored field. `field` is the root field whose value counts. */
export interface KindDocuments {
  readonly get: string;
  readonly list: string;
  readonly follow: string;
  readonly create: string;
  readonly update: string;
  readonly patch: string;
  readonly delete: string;
  /** Undefined for kinds without status. */
  readonly updateStatus: string | undefined;
}

const made = new Map<KindName, KindDocuments>();

/** The documents of a kind, made once. Every mutation's answer is `{ result: { object } }`, every other's `{ result }`. */
export function kindDocuments(kind: KindName): KindDocuments {
  const known = made.get(kind);
  if (known) return known;
  const documents = makeDocuments(kind);
  made.set(kind, documents);
  return documents;
}

/** Whether objects of a kind have a status of their own. */
export function hasStatus(kind: KindName): kind is KindWithStatus {
  return kindFacts[kind].hasStatus;
}

function makeDocuments(kind: KindName): KindDocuments {
  const { singular, plural, namespaced } = kindFacts[kind];
  const key: readonly Variable[] = [...(namespaced ? [['namespace', 'String'] as const] : []), ['name', 'String!']];
  const narrow: readonly Variable[] = [...(namespaced ? [['namespace', 'String'] as const] : []), ['labelSelector', 'String'], ['where', `${kind}Where`]];
  const only: readonly Variable[] = [['uid', 'ID'], ['resourceVersion', 'Revision']];
  const fields = `...${kind}Fields`, fragment = fragments[kind];
  const mutation = (verb: string, variables: readonly Variable[]): string =>
    `mutation ${operation('mutation', verb, [...variables, ['dryRun', 'Boolean']], `{ object: ${singular} { ${fields} } }`)} ${fragment}`;
  return {
    get: `query ${operation('query', singular, [...key, ['minRevision', 'Revision']], `{ ${fields} }`)} ${fragment}`,
    list: `query ${operation('query', plural, [...narrow, ['first', 'Int'], ['after', 'String']], `{ nodes { ${fields} } revision pageInfo { hasNextPage endCursor } }`)} ${fragment}`,
    follow: `subscription ${operation('subscription', plural, [...narrow, ['afterRevision', 'Revision']], `{ type revision object { ${fields} } }`)} ${fragment}`,
    create: mutation(`create${kind}`, [['input', `${kind}Input!`]]),
    update: mutation(`update${kind}`, [['input', `${kind}Input!`]]),
    patch: mutation(`patch${kind}`, [...key, ['patch', `${kind}Patch!`]]),
    delete: mutation(`delete${kind}`, [...key, ...only, ['propagationPolicy', 'PropagationPolicy'], ['gracePeriodSeconds', 'Int']]),
    updateStatus: hasStatus(kind) ? mutation(`update${kind}Status`, [...key, ...only, ['status', `${kind}StatusInput!`]]) : undefined,
  };
}

type Variable = readonly [name: string, type: string];

function operation(type: string, field: string, variables: readonly Variable[], selection: string): string {
  return `${type}_${field}(${variables.map(([name, of]) => `$${name}: ${of}`).join(', ')}) { result: ${field}(${variables.map(([name]) => `${name}: $${name}`).join(', ')}) ${selection} }`;
}
