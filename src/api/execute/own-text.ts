import { GraphQLObjectType, Kind } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import type { ApiContext } from '../context.ts';
import { compileOperation } from './compile.ts';
import type { CompiledQuery } from './compile.ts';
import { KeptTexts } from './kept-texts.ts';
import type { TextBudget } from './kept-texts.ts';

/** Shorter lists are quick to put together. */
const shortestKept = 50;

/** What texts may take. Lists come and go with every change, objects stay. */
export interface TextBudgets {
  readonly objects: TextBudget;
  readonly lists: TextBudget;
}

/** A selection that reads nothing but the object it is made on: the same object always gives the same text. */
export class OwnText {
  readonly #compiled: CompiledQuery | undefined;
  readonly #objects: KeptTexts;
  readonly #lists: KeptTexts;

  /** `document` is where the selection stands, for its fragments. */
  constructor(schema: GraphQLSchema, document: DocumentNode, type: GraphQLObjectType, selectionSet: SelectionSetNode, { objects, lists }: TextBudgets) {
    const root = new GraphQLObjectType({ name: 'GantryObject', fields: { object: { type } } });
    const rooted = Object.create(schema) as GraphQLSchema;
    rooted.getRootType = () => root;
    this.#compiled = compileOperation(rooted, withOperation(document, selectionSet), undefined);
    this.#objects = new KeptTexts(objects);
    this.#lists = new KeptTexts(lists);
  }

  /** The JSON text of an object, or of several as a list. Undefined where that would have an error. */
  of(value: object, context: ApiContext): string | undefined {
    if (!Array.isArray(value)) return this.#objects.get(value, () => this.#make(value, context));
    const make = () => this.#listOf(value as readonly object[], context);
    return value.length < shortestKept ? make() : this.#lists.get(value, make);
  }

  #listOf(objects: readonly object[], context: ApiContext): string | undefined {
    const texts = objects.map((object) => this.of(object, context));
    return texts.includes(undefined) ? undefined : `[${texts.join(',')}]`;
  }

  #make(object: object, context: ApiContext): string | undefined {
    const result = this.#compiled?.({ object }, context, {});
    return !result || 'then' in result || result.errors ? undefined : JSON.stringify(result.data?.['object']);
  }
}

/** A document with its fragments, whose only operation makes a selection on `object`. */
function withOperation(document: DocumentNode, selectionSet: SelectionSetNode): DocumentNode {
  const operation: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION, operation: 'query' as OperationDefinitionNode['operation'],
    selectionSet: { kind: Kind.SELECTION_SET, selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: 'object' }, selectionSet }] },
  };
  return { kind: Kind.DOCUMENT, definitions: [operation, ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)] };
}
