type Fields = Readonly<Record<string, unknown>>;

/** Whether two plain values (JSON with undefined) are equal in depth. An absent field equals one that is undefined; the order of fields is nothing. Parts that are the very same cost nothing. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one)) return Array.isArray(other) && sameElements(one, other);
  return !Array.isArray(other) && sameFields(one as Fields, other as Fields);
}

function sameElements(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (!sameValue(one[i], other[i])) return false;
  return true;
}

function sameFields(one: Fields, other: Fields): boolean {
  const keys = Object.keys(one), otherKeys = Object.keys(other);
  for (const key of keys) if (!(Object.hasOwn(other, key) ? sameValue(one[key], other[key]) : one[key] === undefined)) return false;
  for (const key of otherKeys) if (other[key] !== undefined && !Object.hasOwn(one, key)) return false;
  return true;
}
