/** Remembers what a function gave for a text, for the `most` texts that came last; the function must give the same for the same text. */
export function memo<V>(most: number, make: (text: string) => V): (text: string) => V {
  const known = new Map<string, V>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined || known.has(text)) return found as V;
    if (known.size >= most) for (const oldest of known.keys()) { known.delete(oldest); break; }
    const made = make(text);
    known.set(text, made);
    return made;
  };
}
