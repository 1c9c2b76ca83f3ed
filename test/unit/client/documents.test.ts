import { parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { applyDocument } from '../../../src/client/kind-calls.ts';
import { kindDocuments } from '../../../src/client/kind-documents.ts';
import { nodeDocuments } from '../../../src/client/node-documents.ts';
import { kindNames } from '../../../src/model/object.ts';
import { schema } from './api-server.ts';

const documents = new Map<string, string>([
  ['applyManifests', applyDocument],
  ...Object.entries(nodeDocuments),
  ...kindNames.flatMap((kind) => Object.entries(kindDocuments(kind)).flatMap(([verb, text]) => (text ? [[`${verb} ${kind}`, text] as const] : []))),
]);

test.each([...documents])('%s is valid under schema.graphql', (_, text) => {
  expect(validate(schema, parse(text)).map((error) => error.message)).toEqual([]);
});
