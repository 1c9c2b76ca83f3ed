import * as fc from 'fast-check';

const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'T', 'P', 'E', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'e3', 'E2', 'e-3', 'e+1');
const digits = fc.bigInt({ min: 0n, max: 999_999n }).map(String);
const number = fc.oneof(digits, fc.tuple(digits, fc.bigInt({ min: 0n, max: 999n }).map(String)).map((parts) => parts.join('.')), digits.map((text) => `.${text}`), digits.map((text) => `${text}.`));

/** Every way to write a quantity that is not negative. */
export const quantity = fc.tuple(fc.constantFrom('', '', '+'), number, suffix).map((parts) => parts.join(''));

/** Every way to write a quantity. */
export const signedQuantity = fc.tuple(fc.constantFrom('', '-'), number, suffix).map((parts) => parts.join(''));

/** Amounts as people write them for containers: a limit, and a request that is not above it. */
export const limitAndRequest = fc.record({ limit: fc.integer({ min: 100, max: 4000 }), share: fc.integer({ min: 1, max: 100 }), unit: fc.constantFrom('m', 'Mi', 'k', '') })
  .map(({ limit, share, unit }) => ({ limit: `${limit}${unit}`, request: `${Math.floor((limit * share) / 100)}${unit}` }));
