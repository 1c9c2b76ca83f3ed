import { readDateTime } from './date-time.ts';
import { readIntOrString } from './int-or-string.ts';
import { orNull, readMap, readText } from './maps.ts';
import { readQuantity } from './quantity.ts';
import type { Read } from './read.ts';
import { readRevision } from './revision.ts';

/** Readers of the schema's own scalars, for GraphQL and for manifests. They throw with a reason that never repeats the value, which may be secret. */
export const scalarReaders: Readonly<Record<string, Read<unknown>>> = {
  StringMap: readMap(readText),
  StringMapPatch: readMap(orNull(readText)),
  QuantityMap: readMap(readQuantity),
  QuantityMapPatch: readMap(orNull(readQuantity)),
  Quantity: readQuantity,
  IntOrString: readIntOrString,
  DateTime: readDateTime,
  Revision: readRevision,
};
