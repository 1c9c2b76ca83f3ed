import { getNamedType, isInterfaceType, isLeafType, isObjectType, Kind } from 'graphql';
import type { DocumentNode, FieldNode, FragmentDefinitionNode, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import { hasTwin, twinName } from './text-fields.ts';

/** A selection on objects that reads nothing but these. */
export interface OwnSelection {
  readonly type: GraphQLObjectType;
  readonly selectionSet: SelectionSetNode;
}

/** A query in which fields stand without their selections, and these, by the number that each field carries. */
export interface TextPlan {
  readonly document: DocumentNode;
  readonly selections: readonly OwnSelection[];
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/**
 * Takes out of a query, which must be valid and free of directives, every selection that reads nothing but the object it is made on. Undefined where there is none, and where
 * fragments or a field that is asked for twice stand around one: what these merge to is left to those who know how.
 */
export function planTexts(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, fragments: Fragments): TextPlan | undefined {
  const root = schema.getRootType(operation.operation);
  if (operation.operation !== 'query' || !root) return undefined;
  const selections: OwnSelection[] = [];
  const selectionSet = withoutOwn(operation.selectionSet, root, fragments, selections);
  if (!selectionSet || selections.length === 0) return undefined;
  return { document: { ...document, definitions: [{ ...operation, selectionSet }, ...fragments.values()] }, selections };
}

function withoutOwn(selectionSet: SelectionSetNode, type: GraphQLObjectType, fragments: Fragments, found: OwnSelection[]): SelectionSetNode | undefined {
  const keys = new Set<string>();
  const selections: FieldNode[] = [];
  for (const field of selectionSet.selections) {
    if (field.kind !== Kind.FIELD) return undefined;
    const key = field.alias?.value ?? field.name.value;
    if (keys.has(key)) return undefined;
    keys.add(key);
    const named = getNamedType(type.getFields()[field.name.value]?.type);
    if (!field.selectionSet || !named) selections.push(field);
    else if (isObjectType(named) && hasTwin(type, field.name.value) && isOwn(field.selectionSet, named, fragments)) {
      selections.push(unselected(field, key, found.length));
      found.push({ type: named, selectionSet: field.selectionSet });
    } else if (isObjectType(named)) {
      const inner = withoutOwn(field.selectionSet, named, fragments, found);
      if (!inner) return undefined;
      selections.push({ ...field, selectionSet: inner });
    } else selections.push(field);
  }
  return { ...selectionSet, selections };
}

function unselected({ alias: _alias, selectionSet: _selectionSet, ...field }: FieldNode, key: string, selection: number): FieldNode {
  const name = (value: string) => ({ kind: Kind.NAME, value }) as const;
  const number = { kind: Kind.ARGUMENT, name: name('selection'), value: { kind: Kind.INT, value: String(selection) } } as const;
  return { ...field, alias: name(key), name: name(twinName(field.name.value)), arguments: [...field.arguments ?? [], number] };
}

/** Whether all of a selection comes from the object itself: no field is computed, takes arguments, or leads to other objects. */
function isOwn(selectionSet: SelectionSetNode, type: GraphQLObjectType, fragments: Fragments): boolean {
  return selectionSet.selections.every((selection) => {
    if (selection.kind !== Kind.FIELD) {
      const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      return inner !== undefined && (inner.typeCondition ?? { name: { value: type.name } }).name.value === type.name && isOwn(inner.selectionSet, type, fragments);
    }
    if (selection.name.value === '__typename') return true;
    const field = type.getFields()[selection.name.value];
    if (!field || field.resolve || field.args.length > 0) return false;
    const named = getNamedType(field.type);
    if (isLeafType(named)) return true;
    return !isInterfaceType(named) && isObjectType(named) && !!selection.selectionSet && isOwn(selection.selectionSet, named, fragments);
  });
}
