import { ApiError } from '../model/errors.ts';
import type { MemorySnapshot } from './snapshot.ts';
import type { Change, Revision } from './store.ts';

/** How much of the recent past is kept in memory. */
export interface HistoryLimits {
  readonly changes: number;
  readonly ageMs: number;
}

/** Changes that follow one kept snapshot. */
interface Segment {
  readonly start: MemorySnapshot;
  readonly startedAtMs: number;
  readonly changes: Change[];
  end: Revision;
}

const segmentsPerWindow = 20;

/** The recent past: a snapshot now and then, and every change in between, so that any recent revision can be made again. Forgets whole segments. */
export class History {
  private segments: Segment[] = [];
  private size = 0;

  constructor(
    start: MemorySnapshot,
    private readonly limits: HistoryLimits,
    nowMs: number,
  ) {
    this.begin(start, nowMs);
  }

  /** Adds changes that lead from one snapshot to the next. */
  add(before: MemorySnapshot, changes: readonly Change[], after: Revision, nowMs: number): void {
    let segment = this.segments.at(-1) as Segment;
    if (segment.changes.length >= this.limits.changes / segmentsPerWindow || nowMs - segment.startedAtMs >= this.limits.ageMs / segmentsPerWindow) segment = this.begin(before, nowMs);
    for (const change of changes) segment.changes.push(change);
    segment.end = after;
    this.size += changes.length;
    this.forget(nowMs);
  }

  /** Drops what is over the limits; the newest segment stays. */
  forget(nowMs: number): void {
    for (let next = this.segments[1]; next !== undefined; next = this.segments[1]) {
      if (this.size <= this.limits.changes && nowMs - next.startedAtMs <= this.limits.ageMs) return;
      this.size -= (this.segments.shift() as Segment).changes.length;
    }
  }

  /** Starts over after a leap that no changes describe. */
  restart(start: MemorySnapshot, nowMs: number): void {
    this.segments = [];
    this.size = 0;
    this.begin(start, nowMs);
  }

  /** All changes with `after < revision <= upTo`; undefined when they are not all here. */
  between(after: Revision, upTo: Revision): readonly Change[] | undefined {
    const [first] = this.segments;
    if (first === undefined || after < first.start.revision || upTo > (this.segments.at(-1) as Segment).end) return undefined;
    const found: Change[] = [];
    for (const { start, end, changes } of this.segments) {
      if (end <= after || start.revision >= upTo) continue;
      for (let at = firstAfter(changes, after); at < changes.length && (changes[at] as Change).revision <= upTo; at++) found.push(changes[at] as Change);
    }
    return found;
  }

  /** The state at a revision. Throws EXPIRED when it is too long ago, or has not happened. */
  at(revision: Revision): MemorySnapshot {
    const segment = this.segments.findLast(({ start }) => start.revision <= revision);
    if (segment === undefined || revision > segment.end) throw new ApiError('EXPIRED', `the state at revision ${revision} is no longer known; start again from the current state`);
    if (revision === segment.start.revision) return segment.start;
    return segment.start.after(segment.changes.slice(0, firstAfter(segment.changes, revision)), revision);
  }

  private begin(start: MemorySnapshot, nowMs: number): Segment {
    const segment: Segment = { start, startedAtMs: nowMs, changes: [], end: start.revision };
    this.segments.push(segment);
    return segment;
  }
}

/** Index of the first change after a revision, by bisection. */
function firstAfter(changes: readonly Change[], revision: Revision): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((changes[middle] as Change).revision <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
}
