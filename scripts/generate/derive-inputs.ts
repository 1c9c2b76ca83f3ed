import { Kind } from 'graphql';
import type { FieldDefinitionNode, ObjectTypeDefinitionNode, TypeNode } from 'graphql';
import type { KindFacts, Sources } from './load.ts';

const hasDirective = (field: FieldDefinitionNode, name: string) => field.directives?.some((d) => d.name.value === name) ?? false;

/** The name of the innermost type. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

/**
 * SDL of all inputs: `XInput` for what a client writes whole, `XPatch` for what it writes in part (null removes, absent stays,
 * lists are replaced or, by apply, merged), `XStatusInput` for what agents and controllers report.
 */
export function deriveInputs(sources: Sources): string {
  const done = new Set<string>();
  const out: string[] = [];
  const spell = (type: TypeNode, suffix: 'Input' | 'Patch'): string => {
    if (type.kind === Kind.NON_NULL_TYPE) return `${spell(type.type, suffix)}!`;
    if (type.kind === Kind.LIST_TYPE) return `[${spell(type.type, 'Input')}]`;
    const name = type.name.value;
    if (sources.types.has(name)) return emit(name, suffix);
    return suffix === 'Patch' && name.endsWith('Map') ? `${name}Patch` : name;
  };
  const emit = (name: string, suffix: 'Input' | 'Patch'): string => {
    const inputName = `${name}${suffix}`;
    if (name === 'ObjectMeta' || done.has(inputName)) return inputName;
    done.add(inputName);
    const type = sources.types.get(name)!;
    const fields = (type.fields ?? []).map((f) => inputField(f, suffix, spell));
    out.push(block(`input ${inputName}`, description(type), fields));
    return inputName;
  };
  for (const kind of sources.kinds) {
    const type = sources.types.get(kind.name)!;
    for (const suffix of ['Input', 'Patch'] as const) {
      out.push(block(`input ${kind.name}${suffix}`, suffix === 'Input' ? description(type) : `Changes to a ${kind.name}: null removes, an absent field stays.`, [
        ...(suffix === 'Input' ? [`"\`${kind.apiVersion}\`."\napiVersion: String`, `"\`${kind.name}\`."\nkind: String`] : []),
        `"What the client says of the object's metadata."\nmetadata: ObjectMeta${suffix}${suffix === 'Input' ? '!' : ''}`,
        ...(type.fields ?? []).filter((f) => f.name.value !== 'status').map((f) => inputField(f, suffix, spell)),
      ]));
    }
    if (hasStatus(type)) emit(`${kind.name}Status`, 'Input');
  }
  for (const extra of ['ObjectReference', 'OwnerReference']) emit(extra, 'Input');
  out.push('"""A map of quantities in which null removes a key."""\nscalar QuantityMapPatch');
  return out.join('\n\n');
}

/** SDL of the fields that every kind has, as a type extension in front of its own. */
export function deriveCommonFields(kinds: readonly KindFacts[]): string {
  return kinds.map((kind) => block(`extend type ${kind.name} implements Resource`, undefined, [
    `"\`${kind.apiVersion}\`."\napiVersion: String!`, `"\`${kind.name}\`."\nkind: String!`, `"What the object carries about itself."\nmetadata: ObjectMeta!`,
    `"The objects it depends on."\nowners: [Resource!]!`, `"What happened to it, latest first."\nevents(first: Int = 20): [Event!]!`,
  ])).join('\n\n');
}

/** Whether a kind has observed state. */
export function hasStatus(type: ObjectTypeDefinitionNode): boolean {
  return type.fields?.some((f) => f.name.value === 'status') ?? false;
}

function inputField(field: FieldDefinitionNode, suffix: 'Input' | 'Patch', spell: (type: TypeNode, suffix: 'Input' | 'Patch') => string): string {
  const spelled = spell(field.type, suffix);
  const optional = suffix === 'Patch' || hasDirective(field, 'defaulted');
  return `${quoted(field.description?.value)}${field.name.value}: ${optional ? spelled.replace(/!$/, '') : spelled}`;
}

const description = (type: ObjectTypeDefinitionNode) => type.description?.value;
const quoted = (text: string | undefined) => (text ? `${JSON.stringify(text)}\n` : '');

/** One SDL definition with a description and fields. */
export function block(head: string, text: string | undefined, fields: readonly string[]): string {
  return `${quoted(text)}${head} {\n${fields.join('\n')}\n}`;
}
