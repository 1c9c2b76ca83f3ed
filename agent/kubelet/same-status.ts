/** Whether two values of JSON say the same, whatever the order of their keys. Undefined fields count as absent. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    return Array.isArray(one) && Array.isArray(other) && one.length === other.length && one.every((each, index) => isSame(each, other[index]));
  }
  const mine = one as Readonly<Record<string, unknown>>, theirs = other as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(mine)) if (!isSame(mine[key], theirs[key])) return false;
  for (const key of Object.keys(theirs)) if (theirs[key] !== undefined && mine[key] === undefined) return false;
  return true;
}
