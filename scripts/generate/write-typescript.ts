import { codegen } from '@graphql-codegen/core';
import * as typescriptPlugin from '@graphql-codegen/typescript';
import { buildASTSchema, isInterfaceType, isObjectType, isScalarType, isEnumType, getNamedType, parse } from 'graphql';
import type { DocumentNode, GraphQLNamedType, GraphQLSchema } from 'graphql';
import { hasStatus } from './derive-inputs.ts';
import { filterPaths, singular } from './derive-roots.ts';
import { argumentsOf } from './load.ts';
import type { Sources } from './load.ts';

const banner = '// Written by `npm run generate`; change src/kinds/*/*.graphql instead.\n';

/** TypeScript types of everything that is stored and of all inputs (no root fields, no edges). */
export async function typesFile(document: DocumentNode): Promise<string> {
  const scalars = { StringMap: 'Readonly<Record<string, string>>', StringMapPatch: 'Readonly<Record<string, string | null>>', QuantityMap: 'Readonly<Record<string, string>>',
    QuantityMapPatch: 'Readonly<Record<string, string | null>>', Quantity: 'string', IntOrString: 'number | string', DateTime: 'string', Revision: 'string', ID: 'string' };
  return banner + await codegen({
    filename: 'types.ts', documents: [], schema: parse('type Query { none: Int }'), schemaAst: buildASTSchema(document),
    config: {}, pluginMap: { typescript: typescriptPlugin },
    plugins: [{ typescript: { scalars, enumsAsTypes: true, immutableTypes: true, skipTypename: true, namingConvention: 'keep', maybeValue: 'T | undefined', inputMaybeValue: 'T | undefined', onlyOperationTypes: false } }],
  });
}

/** What is known of every kind at run time, and the maps from kind to type. */
export function kindsFile(sources: Sources): string {
  const names = sources.kinds.map((k) => k.name);
  const facts = sources.kinds.map((kind) => {
    const type = sources.types.get(kind.name)!;
    return [kind.name, { name: kind.name, apiVersion: kind.apiVersion, singular: singular(kind), plural: kind.plural, namespaced: kind.scope === 'NAMESPACED',
      hasStatus: hasStatus(type), fields: (type.fields ?? []).map((f) => f.name.value).filter((f) => f !== 'status' && f !== 'stringData'), filters: Object.fromEntries(filterPaths(kind)) }];
  });
  const listMaps: Record<string, Record<string, readonly string[]>> = {};
  for (const type of sources.types.values()) {
    for (const field of type.fields ?? []) {
      const directive = field.directives?.find((d) => d.name.value === 'listMap');
      if (directive) (listMaps[type.name.value] ??= {})[field.name.value] = argumentsOf(directive)['keys'] as string[];
    }
  }
  const map = (name: string, suffix: string, only: readonly string[] = names) => `export interface ${name} {\n${only.map((n) => `  readonly ${n}: T.${n}${suffix};`).join('\n')}\n}\n`;
  const withStatus = sources.kinds.filter((k) => hasStatus(sources.types.get(k.name)!)).map((k) => k.name);
  return `${banner}import type * as T from './types.ts';\n\nexport const kindNames = ${JSON.stringify(names)} as const;\n/** A kind's name. */\nexport type KindName = (typeof kindNames)[number];\n`
    + `/** The stored object of each kind. */\n${map('Objects', '')}/** What a client writes to make one. */\n${map('Inputs', 'Input')}/** What a client writes to change one. */\n${map('Patches', 'Patch')}`
    + `/** The observed state of each kind that has one. */\n${map('Statuses', 'Status', withStatus)}`
    + `export const kindFacts = ${JSON.stringify(Object.fromEntries(facts), null, 2)} as const;\n`
    + `/** Which list fields are maps, by type and field, with their keys. */\nexport const listMaps: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = ${JSON.stringify(listMaps, null, 2)};\n`;
}

/** GraphQL fragments that select every stored field of every kind: `PodFields` and so on, for clients that want the whole object. */
export function documentsFile(schema: GraphQLSchema, sources: Sources): string {
  const stored = new Set(['apiVersion', 'kind', 'metadata']);
  const select = (type: GraphQLNamedType, top: boolean): string => {
    if (isScalarType(type) || isEnumType(type)) return '';
    if (!isObjectType(type) && !isInterfaceType(type)) throw new Error(`cannot select ${type.name}`);
    const own = new Set(sources.types.get(type.name)?.fields?.map((f) => f.name.value) ?? []);
    const fields = Object.values(type.getFields()).filter((f) => !top || stored.has(f.name) || own.has(f.name));
    return ` { ${fields.map((f) => `${f.name}${select(getNamedType(f.type), false)}`).join(' ')} }`;
  };
  const fragments = sources.kinds.map((k) => [k.name, `fragment ${k.name}Fields on ${k.name}${select(schema.getType(k.name)!, true)}`]);
  return `${banner}/** A fragment per kind that selects every stored field. */\nexport const fragments = ${JSON.stringify(Object.fromEntries(fragments), null, 2)} as const;\n`;
}
