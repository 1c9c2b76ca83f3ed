import { createHash } from 'node:crypto';
import { getOperationAST, GraphQLError, Kind, parse, validate, visit } from 'graphql';
import type { ArgumentNode, DocumentNode, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { ApiError } from '../../model/errors.ts';
import { asGraphQLError } from '../format-error.ts';
import { checkDocument } from '../limits.ts';
import type { Limits } from '../limits.ts';

/** A document that was parsed, found within limits, and is valid for the schema. */
export interface PreparedDocument {
  readonly document: DocumentNode;
  readonly text: string;
  /** SHA-256 of the text, hexadecimal. */
  readonly hash: string;
  /** Whether graphql-jit runs it exactly as graphql-js would. */
  readonly compilable: boolean;
  /** Values of every `minRevision` argument, literal or variable. */
  readonly minRevisions: readonly ArgumentNode['value'][];
}

/** A document, or why it is refused. */
export type Preparation = { readonly prepared: PreparedDocument; readonly errors?: undefined } | { readonly errors: readonly GraphQLError[] };

/** Prepares documents and remembers them. */
export interface DocumentCache {
  prepare(text: string): Preparation;
  /** A document that `prepare` returned lately. */
  byHash(hash: string): PreparedDocument | undefined;
}

const mostRemembered = 1000;
const longestRemembered = 100_000;

/** A cache of documents for one schema. */
export function createDocumentCache(schema: GraphQLSchema, limits: Limits): DocumentCache {
  const byText = new Map<string, PreparedDocument>();
  const byHash = new Map<string, PreparedDocument>();
  return {
    prepare(text) {
      const known = byText.get(text);
      if (known) {
        if (!byHash.has(known.hash)) remember(byHash, known.hash, known);
        return { prepared: known };
      }
      const preparation = prepareDocument(schema, limits, text);
      if (!preparation.errors) {
        remember(byHash, preparation.prepared.hash, preparation.prepared);
        if (text.length <= longestRemembered) remember(byText, text, preparation.prepared);
      }
      return preparation;
    },
    byHash: (hash) => byHash.get(hash),
  };
}

/** The operation of a document that a request means, or undefined where the name is missing or ambiguous. */
export function operationOf(document: DocumentNode, name: string | undefined): OperationDefinitionNode | undefined {
  return getOperationAST(document, name) ?? undefined;
}

/** A document's fragments by name. */
export function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [])));
}

function prepareDocument(schema: GraphQLSchema, limits: Limits, text: string): Preparation {
  try {
    const document = parse(text, { maxTokens: limits.tokens });
    checkDocument(document, limits);
    const errors = validate(schema, document, undefined, { maxErrors: 50 });
    if (errors.length > 0) return { errors: errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED')) };
    return { prepared: { document, text, hash: createHash('sha256').update(text).digest('hex'), compilable: isCompilable(document), minRevisions: findMinRevisions(document) } };
  } catch (error) {
    return { errors: [refusal(error, limits)] };
  }
}

function refusal(error: unknown, limits: Limits): GraphQLError {
  if (error instanceof ApiError) return asGraphQLError(error);
  if (error instanceof RangeError) return asGraphQLError(new ApiError('LIMIT_EXCEEDED', `the request is over the limit of ${limits.depth} on depth: it has far more`));
  if (!(error instanceof GraphQLError)) throw error;
  if (error.message.includes('Parsing aborted')) return asGraphQLError(new ApiError('LIMIT_EXCEEDED', `the request is over the limit of ${limits.tokens} on tokens`));
  return coded(error, 'GRAPHQL_PARSE_FAILED');
}

function coded(error: GraphQLError, code: string): GraphQLError {
  const { nodes, source, positions } = error;
  return new GraphQLError(error.message, { nodes, source, positions, extensions: { ...error.extensions, code } });
}

/**
 * graphql-jit forgets variables inside literal objects and lists, and confuses skip and include of fragments that are spread more than once; such
 * documents, and introspection, go to graphql-js.
 */
function isCompilable(document: DocumentNode): boolean {
  let compilable = true;
  let insideLiteral = 0;
  const deeper = { enter: () => { insideLiteral += 1; }, leave: () => { insideLiteral -= 1; } };
  visit(document, {
    Directive: () => { compilable = false; },
    ObjectValue: deeper,
    ListValue: deeper,
    Variable: () => { if (insideLiteral > 0) compilable = false; },
    Field: (node) => { if (node.name.value === '__schema' || node.name.value === '__type') compilable = false; },
  });
  return compilable;
}

function findMinRevisions(document: DocumentNode): readonly ArgumentNode['value'][] {
  const found: ArgumentNode['value'][] = [];
  visit(document, { Argument: (node) => { if (node.name.value === 'minRevision' && node.value.kind !== Kind.NULL) found.push(node.value); } });
  return found;
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  if (map.size >= mostRemembered) for (const oldest of map.keys()) { map.delete(oldest); break; }
  map.set(key, value);
}
