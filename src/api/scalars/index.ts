import { readDateTime } from './date-time.ts';
import { defineScalar } from './define.ts';
import type { ScalarDefinition } from './define.ts';
import { readIntOrString } from './int-or-string.ts';
import { orNull, readMap, readText } from './maps.ts';
import { readQuantity } from './quantity.ts';
import { readRevision } from './revision.ts';

/** Every scalar of the schema that is not GraphQL's own. A missing one stops the server at its start. */
export const scalars: Readonly<Record<string, ScalarDefinition>> = {
  StringMap: defineScalar(readMap(readText)),
  StringMapPatch: defineScalar(readMap(orNull(readText))),
  QuantityMap: defineScalar(readMap(readQuantity)),
  QuantityMapPatch: defineScalar(readMap(orNull(readQuantity))),
  Quantity: defineScalar(readQuantity),
  IntOrString: defineScalar(readIntOrString),
  DateTime: defineScalar(readDateTime),
  Revision: { ...defineScalar(readRevision), serialize: (value) => (typeof value === 'number' ? String(value) : value) },
};
