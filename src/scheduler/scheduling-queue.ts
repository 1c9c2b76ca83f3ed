import { backoffMs } from '../lib/backoff.ts';
import { Heap } from '../lib/heap.ts';
import type { Pod } from '../model/object.ts';
import type { ClusterEvent } from './cluster-event.ts';
import { filters } from './filters/index.ts';
import type { FilterName } from './filters/index.ts';

/** A Pod that wants a node. */
export interface QueuedPod {
  readonly pod: Pod;
  /** How often it was tried in vain since it came. */
  readonly attempts: number;
  /** How long it was ready before it was taken. */
  readonly waitedMs: number;
}

/** Where a Pod stands: `ready` to be tried, waiting out its `back-off`, `refused` until something changes, or being bound (`taken`). */
type Place = 'ready' | 'back-off' | 'refused' | 'taken';

interface Entry {
  pod: Pod;
  readonly cameMs: number;
  readySinceMs: number;
  place: Place;
  attempts: number;
  /** When the last attempt failed. */
  failedMs: number;
  /** What refused it last. */
  refusedBy: ReadonlySet<FilterName>;
  /** Something that could make room happened while it was being tried. */
  isAwaited: boolean;
  /** Tells a heap's current element of this entry from left-over ones. */
  stamp: number;
}

interface Element {
  readonly entry: Entry;
  readonly stamp: number;
  readonly priority: number;
  readonly created: string;
  readonly dueMs: number;
}

/** 1 s after the first failure, then twice as long, up to 10 s. */
const podBackoff = { baseMs: 1000, maxMs: 10_000 };
const refusedAtMostMs = 5 * 60_000;

/**
 * The Pods that want a node: the most important first, of equals the oldest. A refused Pod comes again when something happens that concerns a rule
 * that refused it, not before its back-off is over, and after five minutes in any case. Time comes in as `nowMs`; nothing here waits.
 */
export class SchedulingQueue {
  private readonly entries = new Map<string, Entry>();
  private readonly ready = new Heap<Element>((a, b) => a.priority > b.priority || (a.priority === b.priority && a.created < b.created));
  private readonly backOff = new Heap<Element>((a, b) => a.dueMs < b.dueMs);
  /** Refused entries by uid, the longest refused first. */
  private readonly refused = new Map<string, Entry>();
  private stamps = 0;

  /** A Pod came or its spec changed: it is tried at once. A change of its status alone changes nothing. */
  set(pod: Pod, nowMs: number): void {
    const uid = pod.metadata.uid, entry = this.entries.get(uid);
    if (!entry) {
      const created: Entry = { pod, cameMs: nowMs, readySinceMs: nowMs, place: 'ready', attempts: 0, failedMs: 0, refusedBy: new Set(), isAwaited: false, stamp: 0 };
      this.entries.set(uid, created);
      return this.makeReady(created, nowMs);
    }
    const isNew = entry.pod.metadata.generation !== pod.metadata.generation;
    entry.pod = pod;
    if (isNew && entry.place === 'taken') entry.isAwaited = true;
    else if (isNew && entry.place !== 'ready') this.makeReady(entry, nowMs);
  }

  /** A Pod wants no node any more. */
  remove(uid: string): void {
    const entry = this.entries.get(uid);
    if (!entry) return;
    this.entries.delete(uid);
    this.refused.delete(uid);
    entry.stamp = -1;
  }

  /** The next Pod to try, which is then taken until `refuse`, `fail` or `remove`. */
  take(nowMs: number): QueuedPod | undefined {
    this.wakeDue(nowMs);
    for (let element = this.ready.pop(); element; element = this.ready.pop()) {
      const { entry, stamp } = element;
      if (entry.stamp !== stamp) continue;
      Object.assign(entry, { place: 'taken', isAwaited: false, stamp: ++this.stamps });
      return { pod: entry.pod, attempts: entry.attempts, waitedMs: nowMs - entry.readySinceMs };
    }
    return undefined;
  }

  /** A taken Pod fits nowhere now. `refusedBy` is empty where there is no node at all. */
  refuse(uid: string, refusedBy: ReadonlySet<FilterName>, nowMs: number): void {
    const entry = this.failed(uid, nowMs);
    if (!entry) return;
    entry.refusedBy = refusedBy;
    if (entry.isAwaited) return this.wait(entry);
    entry.place = 'refused';
    this.refused.set(uid, entry);
  }

  /** A taken Pod could not be bound for a reason that may pass by itself. */
  fail(uid: string, nowMs: number): void {
    const entry = this.failed(uid, nowMs);
    if (entry) this.wait(entry);
  }

  /** Something happened in the cluster: the refused Pods that it may help are tried again, after their back-off. */
  wake(event: ClusterEvent, nowMs: number): void {
    for (const entry of this.refused.values()) if (concerns(event, entry)) this.leaveRefused(entry, nowMs);
  }

  /** How many Pods stand where. */
  counts(): Readonly<Record<Place, number>> {
    const counts = { 'ready': 0, 'back-off': 0, 'refused': 0, 'taken': 0 };
    for (const { place } of this.entries.values()) counts[place] += 1;
    return counts;
  }

  /** For how long the Pod that came first of those without a node has been here; 0 where there is none. */
  longestMs(nowMs: number): number {
    const first = this.entries.values().next().value;
    return first ? nowMs - first.cameMs : 0;
  }

  /** Milliseconds until `take` may give a Pod; 0 where one is ready, undefined where none waits for time alone. */
  dueInMs(nowMs: number): number | undefined {
    while (this.ready.size > 0 && isStale(this.ready.peek()!)) this.ready.pop();
    if (this.ready.size > 0) return 0;
    while (this.backOff.size > 0 && isStale(this.backOff.peek()!)) this.backOff.pop();
    const longest = this.refused.values().next().value;
    const due = Math.min(this.backOff.peek()?.dueMs ?? Infinity, longest ? longest.failedMs + refusedAtMostMs : Infinity);
    return due === Infinity ? undefined : Math.max(0, due - nowMs);
  }

  private failed(uid: string, nowMs: number): Entry | undefined {
    const entry = this.entries.get(uid);
    if (entry?.place !== 'taken') return undefined;
    entry.attempts++;
    entry.failedMs = nowMs;
    return entry;
  }

  private wakeDue(nowMs: number): void {
    for (let first = this.backOff.peek(); first && (isStale(first) || first.dueMs <= nowMs); first = this.backOff.peek()) {
      this.backOff.pop();
      if (!isStale(first)) this.makeReady(first.entry, nowMs);
    }
    for (const entry of this.refused.values()) {
      if (entry.failedMs + refusedAtMostMs > nowMs) break;
      this.leaveRefused(entry, nowMs);
    }
  }

  private leaveRefused(entry: Entry, nowMs: number): void {
    if (dueMs(entry) <= nowMs) return this.makeReady(entry, nowMs);
    this.refused.delete(entry.pod.metadata.uid);
    this.wait(entry);
  }

  private makeReady(entry: Entry, nowMs: number): void {
    this.refused.delete(entry.pod.metadata.uid);
    entry.readySinceMs = nowMs;
    entry.place = 'ready';
    this.ready.push(this.element(entry));
  }

  private wait(entry: Entry): void {
    entry.place = 'back-off';
    this.backOff.push(this.element(entry));
  }

  private element(entry: Entry): Element {
    entry.stamp = ++this.stamps;
    return { entry, stamp: entry.stamp, priority: entry.pod.spec.priority, created: entry.pod.metadata.creationTimestamp, dueMs: dueMs(entry) };
  }
}

function isStale({ entry, stamp }: Element): boolean {
  return entry.stamp !== stamp;
}

function dueMs(entry: Entry): number {
  return entry.failedMs + backoffMs(Math.max(1, entry.attempts), podBackoff);
}

function concerns(event: ClusterEvent, { refusedBy }: Entry): boolean {
  return event === 'node-added' || [...refusedBy].some((name) => filters[name].retriedOn.includes(event));
}
