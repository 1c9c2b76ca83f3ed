import { scalarReaders } from '../../model/scalars/index.ts';
import { defineScalar } from './define.ts';
import type { ScalarDefinition } from './define.ts';

const defined = Object.fromEntries(Object.entries(scalarReaders).map(([name, read]) => [name, defineScalar(read)]));

/** Every scalar of the schema that is not GraphQL's own. A missing one stops the server at its start. */
export const scalars: Readonly<Record<string, ScalarDefinition>> = {
  ...defined,
  Revision: { ...defined['Revision']!, serialize: (value) => (typeof value === 'number' ? String(value) : value) },
};
