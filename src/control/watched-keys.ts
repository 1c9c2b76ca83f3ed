import type { Change, Snapshot } from '../store/store.ts';
import type { Reconciler } from './reconciler.ts';

type Watch = Reconciler<unknown>['watches'][number];

/** Which keys a reconciler wants to look at after a change; found by kind, so that changes of other kinds cost nothing. */
export function watchedKeys(reconciler: Pick<Reconciler<never>, 'watches'>): (change: Change, snapshot: Snapshot) => readonly string[] {
  const byKind = new Map<string, Watch[]>();
  for (const watch of reconciler.watches) byKind.set(watch.kind, [...(byKind.get(watch.kind) ?? []), watch]);
  return (change, snapshot) => byKind.get(change.object.kind)?.flatMap((watch) => watch.keys(change, snapshot)) ?? [];
}
