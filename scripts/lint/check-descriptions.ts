import { Kind, parse } from 'graphql';
import type { DefinitionNode, StringValueNode } from 'graphql';
import type { Violation } from './rule.ts';

/** Every type, field, input field and enum value of an SDL file has a description. */
export function checkDescriptions(path: string, text: string): readonly Violation[] {
  return parse(text).definitions.flatMap(describable).filter(({ node }) => !node.description?.value.trim())
    .map(({ node, name }) => ({ path, line: node.loc?.startToken.line ?? 1, message: `${name} has no description; write one in quotes right before it` }));
}

interface Describable {
  readonly node: { readonly description?: StringValueNode | undefined; readonly loc?: { readonly startToken: { readonly line: number } } | undefined };
  readonly name: string;
}

function describable(definition: DefinitionNode): readonly Describable[] {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION: case Kind.INTERFACE_TYPE_DEFINITION: case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return [named(definition), ...(definition.fields ?? []).map((field) => named(field, definition.name.value))];
    case Kind.OBJECT_TYPE_EXTENSION: case Kind.INTERFACE_TYPE_EXTENSION: case Kind.INPUT_OBJECT_TYPE_EXTENSION:
      return (definition.fields ?? []).map((field) => named(field, definition.name.value));
    case Kind.ENUM_TYPE_DEFINITION: return [named(definition), ...(definition.values ?? []).map((value) => named(value, definition.name.value))];
    case Kind.SCALAR_TYPE_DEFINITION: case Kind.UNION_TYPE_DEFINITION: case Kind.DIRECTIVE_DEFINITION: return [named(definition)];
    default: return [];
  }
}

function named(node: Describable['node'] & { readonly name: { readonly value: string } }, parent?: string): Describable {
  return { node, name: parent === undefined ? node.name.value : `${parent}.${node.name.value}` };
}
