/** An array as PostgreSQL reads it from text, of any type; for a `"char"[]` its elements one after the other. No text may hold U+0000. */
export function arrayText(values: readonly (string | number | boolean | null)[]): string {
  let text = '';
  for (const value of values) text += `,${typeof value === 'string' ? quoted(value) : String(value)}`;
  return `{${text.slice(1)}}`;
}

function quoted(value: string): string {
  return special.test(value) ? `"${value.replace(everySpecial, '\\$&')}"` : `"${value}"`;
}

const special = /["\\]/, everySpecial = /["\\]/g;

/**
 * Stands between documents of JSON: no JSON holds a control character. PostgreSQL looks for something this long in strides, so that it hardly reads the
 * documents, while it would read an array of them character by character.
 */
export const betweenBodies = '\u0001'.repeat(32);
