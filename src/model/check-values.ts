import { isIP } from 'node:net';
import { sameValue } from '../lib/same-value.ts';
import type { Field } from './field.ts';
import { isPercent } from './int-or-string.ts';
import type { Condition } from './object.ts';

/** The largest number that an Int of the API holds. */
export const maxInt = 2_147_483_647;

/** Reports a number outside a range, both ends included. Absent is fine. */
export function checkRange(field: Field, value: number | undefined, min: number, max = maxInt): void {
  if (value === undefined || (value >= min && value <= max)) return;
  field.fail(max === maxInt ? `is ${value}; must be at least ${min}` : `is ${value}; must be from ${min} to ${max}`);
}

/** Reports what is neither a whole number from 0 on nor a percentage, and a percentage above `mostPercent`. */
export function checkCountOrPercent(field: Field, bound: number | string, mostPercent?: number): void {
  if (typeof bound === 'number') {
    if (bound < 0 || !Number.isInteger(bound)) field.fail(`is ${bound}; must be a whole number, at least 0, or a percentage`);
  } else if (!isPercent(bound)) field.fail(`${JSON.stringify(bound)} must be a whole number or a percentage, such as 1 or "25%"`);
  else if (mostPercent !== undefined && Number.parseInt(bound, 10) > mostPercent) field.fail(`is ${bound}; must be at most ${mostPercent}%`);
}

/** Reports a number that is no port, 1 to 65535. Absent is fine. */
export function checkPort(field: Field, value: number | undefined): void {
  checkRange(field, value, 1, 65_535);
}

/** Reports an empty text. */
export function checkNotEmpty(field: Field, text: string | undefined): void {
  if (text === '') field.fail('must not be empty');
}

/** Reports every element whose key an earlier one has. `keyOf` returns undefined for elements that can't clash. */
export function checkUnique<T>(field: Field, list: readonly T[], keyOf: (element: T) => string | undefined, at?: string): void {
  const seen = new Map<string, number>();
  list.forEach((element, position) => {
    const key = keyOf(element);
    if (key === undefined) return;
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, position);
    else (at === undefined ? field.index(position) : field.index(position).at(at)).fail(`${JSON.stringify(key)} is already used by element ${earlier}; must be unique`);
  });
}

/** Reports an object that does not have exactly one of some fields. */
export function checkExactlyOne<K extends string>(field: Field, object: { readonly [N in K]?: unknown }, names: readonly K[]): void {
  const given = names.filter((name) => object[name] !== undefined);
  if (given.length === 0) field.fail(`must have exactly one of ${names.join(', ')}; has none`);
  if (given.length > 1) field.fail(`must have exactly one of ${names.join(', ')}; has ${given.join(' and ')}`);
}

/** Reports a field that differs from what is stored. */
export function checkUnchanged(field: Field, next: unknown, previous: unknown, way = 'make a new object instead'): void {
  if (!sameValue(next, previous)) field.fail(`never changes once the object exists; ${way}`);
}

/** Reports a text that is no IP address of the wanted family. Absent is fine. */
export function checkIp(field: Field, text: string | undefined, family: 'any' | 4 | 6 = 'any'): void {
  if (text === undefined) return;
  const found = isIP(text);
  if (found === 0 || (family !== 'any' && found !== family)) field.fail(`${JSON.stringify(text)} must be an ${family === 'any' ? 'IP' : `IPv${family}`} address, such as ${family === 6 ? 'fd00::7' : '10.0.0.7'}`);
}

/** Whether a text is a range of addresses written as its first address and the length of its prefix, such as `10.244.1.0/24`. */
export function isCidr(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^[0-9]{1,3}$/.test(length) && Number(length) <= bits;
}

/** Reports a text that is no absolute path, or one that climbs with `..`. */
export function checkAbsolutePath(field: Field, path: string): void {
  if (!path.startsWith('/')) field.fail(`${JSON.stringify(path)} must be an absolute path, such as "/data"`);
  checkNoClimb(field, path);
}

/** Reports a text that is no relative path below its root. */
export function checkRelativePath(field: Field, path: string): void {
  if (path === '') field.fail('must not be empty; must be a relative path, such as "conf/app.yaml"');
  if (path.startsWith('/')) field.fail(`${JSON.stringify(path)} must be a relative path, such as "conf/app.yaml"`);
  checkNoClimb(field, path);
}

/** Reports conditions without a type, and types that are there twice. */
export function checkConditions(field: Field, conditions: readonly Condition[]): void {
  conditions.forEach((condition, position) => checkNotEmpty(field.index(position).at('type'), condition.type));
  checkUnique(field, conditions, (condition) => condition.type, 'type');
}

function checkNoClimb(field: Field, path: string): void {
  if (path.split('/').includes('..')) field.fail(`${JSON.stringify(path)} must not contain ".."`);
}
