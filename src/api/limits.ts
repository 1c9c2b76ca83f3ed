import { Kind } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, SelectionSetNode } from 'graphql';
import { ApiError } from '../model/errors.ts';

/** What a request may be at most. A larger one is refused before it runs, with the limit named. */
export interface Limits {
  /** Bytes of a request's body, or of one WebSocket message. */
  readonly bodyBytes: number;
  /** Lexical tokens of a document. */
  readonly tokens: number;
  /** Nested selections. */
  readonly depth: number;
  /** Aliased fields, after fragments are spread. */
  readonly aliases: number;
  /** Directives written in the document. */
  readonly directives: number;
  /** Fields of the operation itself. */
  readonly rootFields: number;
  /** Fields in all, after fragments are spread. */
  readonly fields: number;
  /** What a query is expected to read in the cluster as it is, in fields; `limits-cost.ts` says how. */
  readonly cost: number;
  /** Operations a second of one credential at one server, over both transports; 0 for no limit. */
  readonly operationsPerSecond: number;
  /** How many of them may come at once after a rest. */
  readonly operationsAtOnce: number;
  /** Events that may wait for one subscriber. */
  readonly waitingEvents: number;
}

/** Room for a query over the whole topology with every field of every kind, for the introspection that tools send, and for thousands of nodes that join at once. */
export const defaultLimits: Limits = {
  bodyBytes: 3 * 1024 * 1024, tokens: 20_000, depth: 30, aliases: 200, directives: 100, rootFields: 50, fields: 30_000,
  cost: 5_000_000, operationsPerSecond: 5_000, operationsAtOnce: 10_000, waitingEvents: 10_000,
};

interface Size {
  readonly depth: number;
  readonly aliases: number;
  readonly fields: number;
}

/** Throws LIMIT_EXCEEDED, naming the limit, unless every operation of a document stays within bounds. Costs one walk, whatever the fragments multiply to. */
export function checkDocument(document: DocumentNode, limits: Limits): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  refuse('directives', countDirectives(document), limits.directives);
  const sizes = new Map<string, Size | 'open'>();
  const sizeOfFragment = (name: string): Size => {
    const known = sizes.get(name);
    if (known === 'open') return nothing; // a ring of fragments: validation refuses it
    if (known) return known;
    const fragment = fragments.get(name);
    sizes.set(name, 'open');
    const size = fragment ? sizeOf(fragment.selectionSet, sizeOfFragment) : nothing;
    sizes.set(name, size);
    return size;
  };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    refuse('root fields', countRootFields(definition.selectionSet, fragments, new Set()), limits.rootFields);
    const size = sizeOf(definition.selectionSet, sizeOfFragment);
    refuse('depth', size.depth, limits.depth);
    refuse('aliases', size.aliases, limits.aliases);
    refuse('fields', size.fields, limits.fields);
  }
}

/** Refuses a value above its limit. */
export function refuse(name: string, value: number, limit: number): void {
  const error = exceeds(name, value, limit);
  if (error) throw error;
}

/** The refusal of a value above its limit, with a way out where there is one. */
export function exceeds(name: string, value: number, limit: number, wayOut?: string): ApiError | undefined {
  if (value <= limit) return undefined;
  return new ApiError('LIMIT_EXCEEDED', `the request is over the limit of ${limit} on ${name}: it has ${Number.isFinite(value) ? value : 'far more'}${wayOut ? `; ${wayOut}` : ''}`);
}

/** The refusal of an operation that comes too soon after others. */
export function tooSoon(limit: number, waitMs: number): ApiError {
  return new ApiError('LIMIT_EXCEEDED', `the credential is over the limit of ${limit} on operations per second; try again in ${Math.max(1, Math.ceil(waitMs / 1000))} s`);
}

const nothing: Size = { depth: 0, aliases: 0, fields: 0 };

function sizeOf(selections: SelectionSetNode, sizeOfFragment: (name: string) => Size): Size {
  let depth = 0, aliases = 0, fields = 0;
  for (const selection of selections.selections) {
    const isField = selection.kind === Kind.FIELD;
    const inner = selection.kind === Kind.FRAGMENT_SPREAD ? sizeOfFragment(selection.name.value)
      : selection.selectionSet ? sizeOf(selection.selectionSet, sizeOfFragment) : nothing;
    depth = Math.max(depth, inner.depth + (isField ? 1 : 0));
    aliases += inner.aliases + (isField && selection.alias ? 1 : 0);
    fields += inner.fields + (isField ? 1 : 0);
  }
  return { depth, aliases, fields };
}

function countRootFields(selections: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, seen: Set<string>): number {
  let count = 0;
  for (const selection of selections.selections) {
    if (selection.kind === Kind.FIELD) count += 1;
    else if (selection.kind === Kind.INLINE_FRAGMENT) count += countRootFields(selection.selectionSet, fragments, seen);
    else if (!seen.has(selection.name.value)) {
      seen.add(selection.name.value); // spreading the same fields again adds none
      const fragment = fragments.get(selection.name.value);
      if (fragment) count += countRootFields(fragment.selectionSet, fragments, seen);
    }
  }
  return count;
}

function countDirectives(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 0;
  if (Array.isArray(node)) return node.reduce<number>((sum, item) => sum + countDirectives(item), 0);
  return Object.entries(node).reduce((sum, [key, value]) => (key === 'loc' ? sum : sum + (key === 'directives' && Array.isArray(value) ? value.length : 0) + countDirectives(value)), 0);
}
