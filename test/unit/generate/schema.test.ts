import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, isInputObjectType, isIntrospectionType, isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { kindFacts, kindNames } from '../../../src/generated/kinds.ts';

const root = path.resolve(import.meta.dirname, '../../..');

describe('schema.graphql', () => {
  const schema = buildSchema(readFileSync(path.join(root, 'schema.graphql'), 'utf8'));

  test('is what the kinds say', () => {
    execFileSync(process.execPath, ['--import', 'tsx', 'scripts/generate/main.ts', '--check'], { cwd: root, stdio: 'pipe' });
  });

  test.each(kindNames)('%s has its inputs, list, change and root fields', (kind) => {
    for (const suffix of ['Input', 'Patch', 'Connection', 'Edge', 'Change', 'Payload', 'Where', 'Order', 'OrderField']) expect(schema.getType(`${kind}${suffix}`), `${kind}${suffix}`).toBeDefined();
    const { singular, plural, hasStatus } = kindFacts[kind];
    expect(Object.keys(schema.getQueryType()!.getFields())).toEqual(expect.arrayContaining([singular, plural]));
    expect(Object.keys(schema.getMutationType()!.getFields())).toEqual(expect.arrayContaining(['create', 'update', 'patch', 'apply', 'delete'].map((verb) => `${verb}${kind}`)));
    expect(`update${kind}Status` in schema.getMutationType()!.getFields()).toBe(hasStatus);
    expect(Object.keys(schema.getSubscriptionType()!.getFields())).toContain(plural);
  });

  test('a field with a default is optional in the input and never null in the object', () => {
    const output = schema.getType('DeploymentSpec'), input = schema.getType('DeploymentSpecInput');
    if (!isObjectType(output) || !isInputObjectType(input)) throw new Error('DeploymentSpec is not as expected');
    expect(String(output.getFields()['replicas']!.type)).toBe('Int!');
    expect(String(input.getFields()['replicas']!.type)).toBe('Int');
    expect(String(input.getFields()['template']!.type)).toBe('PodTemplateSpecInput!');
  });

  test('every field has a description', () => {
    const without = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type) && (isObjectType(type) || isInputObjectType(type)))
      .flatMap((type) => Object.values((type as { getFields(): Record<string, { name: string; description?: string | null }> }).getFields()).filter((f) => !f.description).map((f) => `${type.name}.${f.name}`));
    expect(without).toEqual([]);
  });
});
