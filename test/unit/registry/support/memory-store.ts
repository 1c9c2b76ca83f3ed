import { ApiError } from '../../../../src/model/errors.ts';
import { keyOf } from '../../../../src/model/object.ts';
import type { StoredObject } from '../../../../src/model/object.ts';
import { MemorySnapshot } from '../../../../src/store/snapshot.ts';
import type { Change, ChangeSet, Committed, Revision, Snapshot, Write } from '../../../../src/store/store.ts';

/** A store without a database, for rules that don't need one: the same snapshot, the same checks of every write. */
export class MemoryStore {
  #snapshot = MemorySnapshot.empty;
  readonly sets: ChangeSet[] = [];
  /** Called before each commit; a test can let someone else write in between. */
  beforeCommit: (() => void) | undefined;

  snapshot(): Snapshot {
    return this.#snapshot;
  }

  async snapshotAtLeast(revision: Revision): Promise<Snapshot> {
    if (this.#snapshot.revision < revision) throw new ApiError('UNAVAILABLE', `revision ${revision} is not here yet`);
    return this.#snapshot;
  }

  async commit(set: ChangeSet): Promise<Committed> {
    const interrupt = this.beforeCommit;
    this.beforeCommit = undefined;
    interrupt?.();
    return this.write(set);
  }

  /** Writes at once, as another writer would. */
  write(set: ChangeSet): Committed {
    for (const write of set.writes) this.#check(write);
    const revision = this.#snapshot.revision + 1;
    const changes = set.writes.map((write): Change => ({
      revision, type: write.type === 'create' ? 'ADDED' : write.type === 'update' ? 'MODIFIED' : 'DELETED',
      object: { ...write.object, metadata: { ...write.object.metadata, resourceVersion: String(revision) } },
    }));
    this.#snapshot = this.#snapshot.after(changes, revision);
    this.sets.push(set);
    return { revision, objects: changes.map(({ object }): StoredObject => object) };
  }

  #check(write: Write): void {
    const key = keyOf(write.object), stored = this.#snapshot.find(key);
    if (write.type === 'create') {
      if (stored) throw new ApiError('ALREADY_EXISTS', `${key.kind} "${key.name}" already exists`, { subject: key });
    } else if (!stored) throw new ApiError('NOT_FOUND', `${key.kind} "${key.name}" not found`, { subject: key });
    else if (Number(stored.metadata.resourceVersion) !== write.expected) throw new ApiError('CONFLICT', `${key.kind} "${key.name}" changed`, { subject: key });
  }
}
