/** Where a follower goes on after a lost connection. Immutable. */
export interface ResumePosition {
  /** Ask for what came after this revision. Undefined: start over. */
  readonly afterRevision: string | undefined;
  /** Keys that were given already of the revision that follows `afterRevision`; leave these out. */
  readonly given: ReadonlySet<string>;
  /** That revision. */
  readonly revision: string | undefined;
}

/** The beginning: at the current state, or after a given revision. */
export function startPosition(afterRevision: string | undefined): ResumePosition {
  return { afterRevision, given: new Set(), revision: undefined };
}

/** The position after everything up to a revision was given. */
export function afterBookmark(revision: string): ResumePosition {
  return startPosition(revision);
}

/**
 * The position after one more change was given. Several objects can change at one revision and the connection can break between them, so it goes on
 * from just before the revision of the last change and remembers what was given of it. Before the first bookmark it stays: the initial state has no order.
 */
export function afterChange(position: ResumePosition, revision: string, key: string): ResumePosition {
  if (position.afterRevision === undefined) return position;
  if (position.revision === revision) return { ...position, given: new Set(position.given).add(key) };
  return { afterRevision: String(BigInt(revision) - 1n), given: new Set([key]), revision };
}

/** Whether a change was given before the connection broke. */
export function wasGiven(position: ResumePosition, revision: string, key: string): boolean {
  return position.revision === revision && position.given.has(key);
}
