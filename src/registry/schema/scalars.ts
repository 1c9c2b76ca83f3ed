import { formatTime } from '../../lib/clock.ts';

type Read = (value: unknown) => unknown;
const wanted = (what: string) => new TypeError(`must be ${what}`);

const readText: Read = (value) => {
  if (typeof value !== 'string') throw wanted('text; put it in quotes');
  return value;
};

const readQuantity: Read = (value) => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw wanted('a quantity such as "250m" or "64Mi"');
};

const readMap = (readValue: Read): Read => (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wanted('a map');
  return Object.fromEntries(Object.entries(value).map(([key, item]) => {
    try {
      return [key, readValue(item)];
    } catch (error) {
      throw new TypeError(`the value of ${JSON.stringify(key)} ${error instanceof Error ? error.message : 'is not valid'}`);
    }
  }));
};

/** Readers of the schema's own scalars. They throw with a reason that never repeats the value, which may be secret. */
export const scalarReaders: Readonly<Record<string, Read>> = {
  StringMap: readMap(readText),
  StringMapPatch: readMap((value) => (value === null ? null : readText(value))),
  QuantityMap: readMap(readQuantity),
  QuantityMapPatch: readMap((value) => (value === null ? null : readQuantity(value))),
  Quantity: readQuantity,
  IntOrString: (value) => {
    if (typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31)) return value;
    throw wanted('a whole number or text');
  },
  DateTime: (value) => {
    const ms = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(value) ? Date.parse(value) : NaN;
    if (Number.isNaN(ms)) throw wanted('a time such as "2030-01-02T03:04:05Z"');
    return formatTime(ms);
  },
  Revision: (value) => {
    if (!/^\d{1,16}$/.test(String(value)) || !Number.isSafeInteger(Number(value))) throw wanted('decimal digits, as the API returned them');
    return String(value);
  },
};
