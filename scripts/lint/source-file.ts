import { posix } from 'node:path';
import { parseSync } from 'oxc-parser';

/** A node of a syntax tree, as far as rules look at it. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** An import or re-export. */
export interface ImportedModule {
  readonly specifier: string;
  /** Path from the top of the tree for a relative import; undefined for a package. */
  readonly path: string | undefined;
  readonly line: number;
}

/** A parsed TypeScript file. `path` is from the top of the tree, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly body: readonly SyntaxNode[];
  readonly imports: readonly ImportedModule[];
  /** Offsets at which documentation comments end. */
  readonly docEnds: readonly number[];
  lineOf(offset: number): number;
}

/** Parses a file. Throws where its syntax is wrong. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, module, comments, errors } = parseSync(path, text, { sourceType: 'module' });
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`);
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const lineOf = (offset: number): number => lineStarts.findLastIndex((start) => start <= offset) + 1;
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest ?? [])),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({ start, end, value: text.slice(start + 1, end - 1) })),
  ];
  return {
    path, text, lineOf, body: program.body as unknown as readonly SyntaxNode[],
    imports: requests.map(({ value, start }) => ({ specifier: value, path: value.startsWith('.') ? posix.join(posix.dirname(path), value) : undefined, line: lineOf(start) })),
    docEnds: comments.filter(({ type, value }) => type === 'Block' && value.startsWith('*')).map(({ end }) => end),
  };
}

/** Every node of a tree, parents first. */
export function* everyNode(root: unknown): Generator<SyntaxNode> {
  if (Array.isArray(root)) {
    for (const element of root) yield* everyNode(element);
  } else if (isNode(root)) {
    yield root;
    for (const value of Object.values(root)) if (typeof value === 'object') yield* everyNode(value);
  }
}

/** `process.env` for a member access of two plain names; undefined for anything else. */
export function memberName(node: SyntaxNode): string | undefined {
  if (node.type !== 'MemberExpression' || node['computed'] === true) return undefined;
  const object = nameOf(node['object']), property = nameOf(node['property']);
  return object && property ? `${object}.${property}` : undefined;
}

/** The name of an identifier; undefined for anything else. */
export function nameOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Identifier' && typeof node['name'] === 'string' ? node['name'] : undefined;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
