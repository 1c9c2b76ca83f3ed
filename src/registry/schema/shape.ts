import { getNamedType, getNullableType, isInputObjectType, isListType } from 'graphql';
import type { GraphQLInputObjectType, GraphQLInputType } from 'graphql';
import { kindFacts, kindNames, listMaps } from '../../generated/kinds.ts';
import type { KindName } from '../../model/object.ts';
import { inputType } from './input-schema.ts';

/** How the parts of a value are told apart: by field, by map key, by the keys of a list element, by the element itself, or not at all. */
export type Shape =
  | { readonly type: 'object'; readonly fields: ReadonlyMap<string, Shape> }
  | { readonly type: 'map' }
  | { readonly type: 'keyed'; readonly keys: readonly string[]; readonly element: Shape }
  | { readonly type: 'set' }
  | { readonly type: 'atomic' };

const atomic: Shape = { type: 'atomic' };
const map: Shape = { type: 'map' };
const metadata: Shape = {
  type: 'object',
  fields: new Map<string, Shape>([['labels', map], ['annotations', map], ['finalizers', { type: 'set' }], ['ownerReferences', { type: 'keyed', keys: ['uid'], element: atomic }]]),
};
const shapes = new Map<KindName, Shape>();

/** The shape of a kind: what clients write of it, and its status. */
export function shapeOf(kind: KindName): Shape {
  const known = shapes.get(kind);
  if (known) return known;
  const content = fieldShapes(inputType(`${kind}Input`)).filter(([name]) => (kindFacts[kind].fields as readonly string[]).includes(name));
  const status: readonly [string, Shape][] = kindFacts[kind].hasStatus ? [['status', typeShape(inputType(`${kind}StatusInput`))]] : [];
  const shape: Shape = { type: 'object', fields: new Map([['metadata', metadata], ...content, ...status]) };
  shapes.set(kind, shape);
  return shape;
}

/** Works all shapes out, so that no request has to. */
export function prepareShapes(): void {
  for (const kind of kindNames) shapeOf(kind);
}

function fieldShapes(type: GraphQLInputObjectType): [string, Shape][] {
  return Object.entries(type.getFields()).map(([name, field]) => [name, listShape(type, name, field.type) ?? typeShape(field.type)]);
}

function listShape(parent: GraphQLInputObjectType, field: string, type: GraphQLInputType): Shape | undefined {
  if (!isListType(getNullableType(type))) return undefined;
  const keys = listMaps[parent.name.replace(/Input$/, '')]?.[field];
  return keys ? { type: 'keyed', keys, element: typeShape(getNamedType(type) as GraphQLInputType) } : atomic;
}

function typeShape(type: GraphQLInputType): Shape {
  const bare = getNullableType(type);
  if (isInputObjectType(bare)) return { type: 'object', fields: new Map(fieldShapes(bare)) };
  return getNamedType(bare).name.endsWith('Map') ? map : atomic;
}

/** How a list element is named in paths: `name=web`, `port=80,protocol=TCP`. A protocol that is left out is TCP, as the defaults have it. */
export function elementName(element: unknown, keys: readonly string[]): string {
  const fields = element as Readonly<Record<string, unknown>>;
  return keys.map((key) => `${key}=${String(fields[key] ?? (key === 'protocol' ? 'TCP' : ''))}`).join(',');
}
