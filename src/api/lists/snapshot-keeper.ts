import type { Clock } from '../../lib/clock.ts';
import type { Revision, Snapshot, Store } from '../../store/store.ts';

/** Keeps the states that lists are being paged through, beyond what the store retains by itself. */
export interface SnapshotKeeper {
  /** The list has more pages: its state is worth keeping for a while. */
  keep(snapshot: Snapshot): void;
  /** The state at a revision. Throws EXPIRED where neither this nor the store has it any more. */
  at(revision: Revision): Snapshot;
}

/** A keeper of at most `most` states, each for `keepMs` after its last use. States share what is equal in them. */
export function createSnapshotKeeper(store: Pick<Store, 'snapshot' | 'snapshotAt'>, clock: Clock, most = 64, keepMs = 300_000): SnapshotKeeper {
  const kept = new Map<Revision, { readonly snapshot: Snapshot; untilMs: number }>();
  const forget = () => {
    for (const [revision, entry] of kept) {
      if (kept.size <= most && entry.untilMs > clock.now()) return;
      kept.delete(revision);
    }
  };
  const keep = (snapshot: Snapshot) => {
    kept.delete(snapshot.revision);
    kept.set(snapshot.revision, { snapshot, untilMs: clock.now() + keepMs });
    forget();
  };
  return {
    keep,
    at: (revision) => {
      forget();
      const current = store.snapshot();
      if (current.revision === revision) return current;
      return kept.get(revision)?.snapshot ?? store.snapshotAt(revision);
    },
  };
}
