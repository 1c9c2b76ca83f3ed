import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, coerceInputValue, isInputObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';

const root = path.resolve(import.meta.dirname, '../../..');
const examples = path.join(root, 'examples');
const schema = buildSchema(readFileSync(path.join(root, 'schema.graphql'), 'utf8'));

/** Every document of every example, with the file that it is in. */
const documents = readdirSync(examples).filter((name) => name.endsWith('.yaml')).flatMap((file) =>
  parseAllDocuments(readFileSync(path.join(examples, file), 'utf8')).map((document) => [file, document.toJS() as { kind: string; metadata: { name: string } }] as const));

test.each(documents)('%s: what the API calls a manifest', (_file, document) => {
  const type = schema.getType(`${document.kind}Input`);
  if (!isInputObjectType(type)) throw new Error(`the API has no kind ${document.kind}`);
  const errors: string[] = [];
  coerceInputValue(document, type, (at, _value, error) => errors.push(`${at.join('.')}: ${error.message}`));
  expect(errors).toEqual([]);
});

test('there is an example of each, with names of their own', () => {
  const names = documents.map(([, { kind, metadata }]) => `${kind}/${metadata.name}`);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(['Deployment/hello', 'Service/hello', 'Pod/shared-volume', 'ConfigMap/settings', 'Deployment/broken-image']));
});
