import fc from 'fast-check';
import { parse } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { describe, expect, test } from 'vitest';
import { allResolvers } from '../../../src/api/all-resolvers.ts';
import type { ApiContext } from '../../../src/api/context.ts';
import { KeptTexts, TextBudget } from '../../../src/api/execute/kept-texts.ts';
import { planTexts } from '../../../src/api/execute/plan-texts.ts';
import { fragmentsOf } from '../../../src/api/execute/prepare.ts';
import { Unselected, writeText } from '../../../src/api/execute/write-text.ts';
import { createSchema } from '../../../src/api/schema.ts';
import { NodeWorkHub } from '../../../src/api/watch/node-work-hub.ts';

const schema = createSchema(allResolvers(new NodeWorkHub({ listen: () => () => undefined, close: () => undefined })));
const context = {} as ApiContext;

/** The types whose selections are taken out of a document; undefined where it stays as it is. */
function takenOut(text: string): readonly string[] | undefined {
  const document = parse(text);
  return planTexts(schema, document, document.definitions[0] as OperationDefinitionNode, fragmentsOf(document))?.selections.map(({ type }) => type.name);
}

describe('what is taken out of a query', () => {
  test('objects alone, in lists, at edges and under fragments of their own type', () => {
    expect(takenOut('{ pod(name: "a") { metadata { name } } pods { nodes { spec { containers { name } } } totalCount } }')).toEqual(['Pod', 'Pod']);
    expect(takenOut('{ nodes { nodes { metadata { name } pods { edges { cursor node { ...p } } } } } } fragment p on Pod { status { phase } ... on Pod { kind } }')).toEqual(['Pod']);
    expect(takenOut('{ pods { nodes { metadata { name } node { metadata { name } } } } }')).toEqual(['Node']);
  });

  test('nothing of mutations and subscriptions, nothing that merges, nothing of an interface', () => {
    expect(takenOut('mutation { deletePod(name: "a") { pod { metadata { name } } } }')).toBeUndefined();
    expect(takenOut('subscription { pods { object { metadata { name } } } }')).toBeUndefined();
    expect(takenOut('{ pods { nodes { metadata { name } } nodes { metadata { uid } } } }')).toBeUndefined();
    expect(takenOut('{ ...q } fragment q on Query { pods { nodes { metadata { name } } } }')).toBeUndefined();
    expect(takenOut('{ pod(name: "a") { owners { metadata { name } } } }')).toBeUndefined();
    expect(takenOut('{ pod(name: "a") { ... on Resource { metadata { name } } } }')).toBeUndefined();
  });
});

test('nobody can name or list what stands for a field without its selection', () => {
  const { pods } = schema.getQueryType()!.getFields();
  const connection = schema.getType('PodConnection') as unknown as { getFields(): object };
  expect(pods).toBeDefined();
  expect(Object.keys(connection.getFields()).filter((name) => name.includes('$'))).toEqual([]);
  expect(() => parse('{ pods { nodes$unselected } }')).toThrow('Syntax Error');
});

test('texts are put where their objects stood, in order; one that cannot be had spoils the whole', () => {
  const source = (name: string) => ({ of: (objects: object) => ('bad' in objects ? undefined : `<${name}${JSON.stringify(objects)}>`) });
  const data = { a: new Unselected({ x: 1 }, 1), list: [{ cursor: 'c', node: new Unselected([2], 0) }, null], b: 'text' };
  expect(writeText(data, [source('zero'), source('one')], context)).toBe('{"a":<one{"x":1}>,"list":[{"cursor":"c","node":<zero[2]>},null],"b":"text"}');
  expect(writeText({ a: new Unselected({ bad: true }, 0), b: new Unselected({}, 0) }, [source('zero')], context)).toBeUndefined();
  expect(writeText({ none: null }, [], context)).toBe('{"none":null}');
});

test('what holds no objects is written as JSON.stringify does, however deep', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
    const data = { value, left: undefined, deep: { in: { here: { and: value } } }, at: new Date(0) };
    expect(writeText(data, [], context)).toBe(JSON.stringify(data));
  }));
}, 60_000);

test('objects are found at any depth', () => {
  const source = { of: (objects: object) => JSON.stringify(objects) };
  const nested = (depth: number): unknown => (depth === 0 ? new Unselected([1], 0) : { "a\"b": nested(depth - 1) });
  for (let depth = 1; depth < 8; depth++) expect(writeText(nested(depth), [source], context)).toBe(JSON.stringify(nested(depth), (_key, value: unknown) => value).replaceAll(/"[0-9a-f-]{36}"/g, '[1]'));
});

test('a text is made once for an object until the budget is spent, by whomever', () => {
  const budget = new TextBudget(10), [one, other] = [new KeptTexts(budget), new KeptTexts(budget)];
  const object = {};
  let made = 0;
  const make = () => `text${++made}`;
  expect([one.get(object, make), one.get(object, make), other.get(object, make), one.get(object, make)]).toEqual(['text1', 'text1', 'text2', 'text1']);
  other.get({}, make);
  expect([one.get(object, make), one.get({}, () => undefined), one.get(object, make)]).toEqual(['text4', undefined, 'text4']);
});
