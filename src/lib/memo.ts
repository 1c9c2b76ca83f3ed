/** Remembers what a function gave for a text or an object that never changes, for the `most` different ones that came last; the function must give the same for the same. */
export function memo<K extends string | object, V>(most: number, make: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found as V;
    if (known.size >= most) for (const oldest of known.keys()) { known.delete(oldest); break; }
    const made = make(key);
    known.set(key, made);
    return made;
  };
}
