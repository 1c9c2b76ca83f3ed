import { getNamedType, getNullableType, isInterfaceType, isListType, isObjectType, Kind } from 'graphql';
import type { FieldNode, FragmentDefinitionNode, GraphQLField, GraphQLNamedType, GraphQLSchema, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import { kindFacts } from '../model/object.ts';
import type { KindName } from '../model/object.ts';
import { pageLimits } from './lists/page.ts';

/** What an operation selects: so many fields once, and lists that hold the same again for each of their objects. */
export interface CostPlan {
  readonly fields: number;
  readonly lists: readonly ListCost[];
}

interface ListCost {
  readonly kind: KindName;
  /** The kind of the objects that the list hangs on; undefined at the root. */
  readonly parent: KindName | undefined;
  /** The field that asks for it, with its page. */
  readonly node: FieldNode;
  readonly each: CostPlan;
}

type Variables = Readonly<Record<string, unknown>>;

/** A list inside an object may be this many times as long as it would be if all objects had shares of one size. */
const unevenness = 4;

/** Reads an operation's plan off its document, which must be valid. Lists inside one object, such as its containers, count once. Subscriptions cost what one event does. */
export function planCost(schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): CostPlan {
  const plan = (selections: SelectionSetNode, type: GraphQLNamedType | undefined, parent: KindName | undefined): CostPlan => {
    let fields = 0;
    const lists: ListCost[] = [];
    const add = (part: CostPlan) => {
      fields += part.fields;
      lists.push(...part.lists);
    };
    for (const node of selections.selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) {
        add(plan(node.selectionSet, node.typeCondition ? schema.getType(node.typeCondition.name.value) : type, parent));
      } else if (node.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(node.name.value);
        if (fragment) add(plan(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value), parent));
      } else {
        fields += 1;
        const field = fieldOf(type, node.name.value);
        if (!node.selectionSet || !field) continue;
        const named = getNamedType(field.type);
        const kind = type && isConnection(type) ? undefined : listedKind(field); // its nodes were counted with it
        if (kind && type !== schema.getSubscriptionType()) lists.push({ kind, parent, node, each: plan(node.selectionSet, named, parent) });
        else add(plan(node.selectionSet, named, asKind(named.name) ?? parent));
      }
    }
    return { fields, lists };
  };
  return plan(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, undefined);
}

/**
 * Fields that an operation is expected to read: a list is as long as its page, and no longer than what exists; a list inside an object no longer
 * than four even shares either. `count` is asked only where pages alone come over `enough`.
 */
export function costOf(plan: CostPlan, variables: Variables, count: (kind: KindName) => number, enough: number): number {
  const most = sum(plan, (list) => pageOf(list.node, variables));
  if (most <= enough) return most;
  return sum(plan, (list) => {
    const there = count(list.kind);
    const share = list.parent === undefined ? there : unevenness * Math.ceil(there / Math.max(1, count(list.parent)));
    return Math.min(pageOf(list.node, variables), there, share);
  });
}

function sum(plan: CostPlan, length: (list: ListCost) => number): number {
  return plan.lists.reduce((total, list) => total + length(list) * sum(list.each, length), plan.fields);
}

function pageOf(node: FieldNode, variables: Variables): number {
  for (const { name, value } of node.arguments ?? []) {
    if (name.value !== 'first' && name.value !== 'last') continue;
    const given = value.kind === Kind.VARIABLE ? variables[value.name.value] : value.kind === Kind.INT ? Number(value.value) : undefined;
    if (typeof given === 'number') return Math.min(Math.max(given, 0), pageLimits.most);
  }
  return pageLimits.usual;
}

function fieldOf(type: GraphQLNamedType | undefined, name: string): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}

/** The kind that a field lists: as a connection, or as a plain list of its objects. */
function listedKind({ type }: GraphQLField<unknown, unknown>): KindName | undefined {
  const named = getNamedType(type);
  return isConnection(named) ? asKind(named.name.slice(0, -'Connection'.length)) : isListType(getNullableType(type)) ? asKind(named.name) : undefined;
}

function isConnection({ name }: GraphQLNamedType): boolean {
  return name.endsWith('Connection');
}

function asKind(name: string): KindName | undefined {
  return Object.hasOwn(kindFacts, name) ? name as KindName : undefined;
}
