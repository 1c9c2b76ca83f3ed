import { checkName } from '../../model/check-metadata.ts';
import type { Field } from '../../model/field.ts';

/** Bytes that the values of one ConfigMap or Secret may take together. */
export const maxDataBytes = 1024 * 1024;

/** Reports keys that could not be file names. */
export function checkKeys(field: Field, data: Readonly<Record<string, string>>): void {
  for (const key of Object.keys(data)) checkName(field.key(key), 'config-key', key);
}

/** Reports values that are no base64. The value itself is never told: it may be confidential. */
export function checkBase64(field: Field, data: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(data)) {
    if (!isBase64(value)) field.key(key).fail('must be base64 with its padding');
  }
}

/** Reports data that is too large as a whole. */
export function checkDataSize(field: Field, bytes: number): void {
  if (bytes > maxDataBytes) field.fail(`all values take ${bytes} bytes together; must be at most ${maxDataBytes}`);
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
