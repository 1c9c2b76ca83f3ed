import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Kind, parse, valueFromASTUntyped, visit } from 'graphql';
import type { ConstDirectiveNode, DefinitionNode, DocumentNode, EnumTypeDefinitionNode, ObjectTypeDefinitionNode } from 'graphql';

/** What `@kind` says of a type. */
export interface KindFacts {
  readonly name: string;
  readonly apiVersion: string;
  readonly plural: string;
  readonly scope: 'NAMESPACED' | 'CLUSTER';
  readonly fields: readonly string[];
}

/** The hand-written SDL: the kinds and what they are made of (`core`), and the rest of the API (`api`). */
export interface Sources {
  readonly core: DocumentNode;
  readonly api: DocumentNode;
  readonly types: ReadonlyMap<string, ObjectTypeDefinitionNode>;
  readonly enums: ReadonlyMap<string, EnumTypeDefinitionNode>;
  readonly kinds: readonly KindFacts[];
}

/** Reads `src/model`, `src/kinds/*` and `src/api`. Throws GraphQLError, with file and line, on SDL that does not parse. */
export function loadSources(root: string): Sources {
  const core = parse(readAll(root, ['src/model', ...folders(root, 'src/kinds')]));
  const api = parse(readAll(root, ['src/api']));
  const types = new Map<string, ObjectTypeDefinitionNode>();
  const enums = new Map<string, EnumTypeDefinitionNode>();
  for (const definition of core.definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) types.set(definition.name.value, definition);
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION) enums.set(definition.name.value, definition);
  }
  const kinds = [...types.values()].flatMap((type) => {
    const directive = type.directives?.find((d) => d.name.value === 'kind');
    return directive ? [{ fields: [], ...argumentsOf(directive), name: type.name.value } as unknown as KindFacts] : [];
  });
  return { core, api, types, enums, kinds };
}

/** The arguments of a directive as plain values. */
export function argumentsOf(directive: ConstDirectiveNode): Record<string, unknown> {
  return Object.fromEntries((directive.arguments ?? []).map((a) => [a.name.value, valueFromASTUntyped(a.value)]));
}

/** A document without the directives that only the generator reads, and without inputOnly fields. */
export function forPublishing(document: DocumentNode): DocumentNode {
  const own = new Set(['kind', 'defaulted', 'listMap', 'inputOnly']);
  return visit(document, {
    FieldDefinition: (node) => (node.directives?.some((d) => d.name.value === 'inputOnly') ? null : undefined),
    Directive: (node) => (own.has(node.name.value) ? null : undefined),
    DirectiveDefinition: (node) => (own.has(node.name.value) ? null : undefined),
    EnumTypeDefinition: (node: EnumTypeDefinitionNode) => (node.name.value === 'Scope' ? null : undefined),
  }) as DocumentNode;
}

/** All definitions of several documents as one. */
export function join(...documents: readonly DocumentNode[]): DocumentNode {
  return { kind: Kind.DOCUMENT, definitions: documents.flatMap((d): readonly DefinitionNode[] => d.definitions) };
}

function folders(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory()).map((entry) => `${folder}/${entry.name}`).sort();
}

function readAll(root: string, folderNames: readonly string[]): string {
  return folderNames.flatMap((folder) => readdirSync(path.join(root, folder)).filter((name) => name.endsWith('.graphql')).sort()
    .map((name) => readFileSync(path.join(root, folder, name), 'utf8'))).join('\n');
}
