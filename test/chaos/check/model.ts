import type { LogEntry } from '../history.ts';

/** What the log says is there at a revision: values by key. */
export function valuesAt(scoped: readonly LogEntry[], revision: number): Map<string, string> {
  const values = new Map<string, string>();
  for (const entry of scoped) {
    if (entry.revision > revision) break;
    if (entry.type === 'DELETED') values.delete(entry.key);
    else values.set(entry.key, entry.value ?? '');
  }
  return values;
}

/** Where two states differ, a line each. */
export function differences(wanted: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...wanted.keys(), ...found.keys()])].filter((key) => wanted.get(key) !== found.get(key))
    .map((key) => `${key} is ${found.get(key) ?? 'absent'} and should be ${wanted.get(key) ?? 'absent'}`);
}
