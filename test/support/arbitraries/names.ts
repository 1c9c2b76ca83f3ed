import * as fc from 'fast-check';

const lower = 'abcxyz0189';
const middle = fc.string({ unit: fc.constantFrom(...lower, '-'), maxLength: 12 });
const lowerOrDigit = fc.constantFrom(...lower);
const letter = fc.constantFrom(...'abcxyz');

/** `[a-z0-9]([-a-z0-9]*[a-z0-9])?`, short. */
export const dnsLabel = fc.tuple(lowerOrDigit, middle, lowerOrDigit).map((parts) => parts.join(''));

/** Starts with a letter besides. */
export const dns1035Label = fc.tuple(letter, middle, lowerOrDigit).map((parts) => parts.join(''));

/** Labels between dots. */
export const dnsSubdomain = fc.array(dnsLabel, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));

/** A port's name: a letter, no double dash, at most 15 characters. */
export const portName = fc.tuple(letter, fc.string({ unit: lowerOrDigit, maxLength: 10 })).map((parts) => parts.join(''));

/** A label's value, perhaps empty. */
export const labelValue = fc.oneof(fc.constant(''), fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,8}[A-Za-z0-9])?$/));

/** A label's key, perhaps with a prefix. */
export const labelKey = fc.oneof(dnsLabel, fc.tuple(dnsSubdomain, dnsLabel).map(([prefix, name]) => `${prefix}/${name}`));

/** A few labels. */
export const labels = fc.dictionary(labelKey, labelValue, { maxKeys: 4, noNullPrototype: true });

/** A key of a ConfigMap or Secret. */
export const configKey = fc.stringMatching(/^[a-zA-Z0-9][-._a-zA-Z0-9]{0,10}$/);

/** A name of an environment variable. */
export const envName = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,10}$/);

/** An IPv4 address of the 10.0.0.0/8 range. */
export const ipv4 = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 254 })).map((parts) => `10.${parts.join('.')}`);

/** A port number. */
export const port = fc.integer({ min: 1, max: 65_535 });

/** A moment within some years. */
export const dateTime = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }).map((ms) => new Date(ms).toISOString());
