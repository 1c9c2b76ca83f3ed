import { seededRandom } from './random.ts';

/** Every way in which a campaign disturbs a cluster. */
export const faultKinds = [
  'kill-server', 'kill-leader', 'kill-postgres', 'failover', 'freeze-leader', 'freeze-server', 'mute-notifications', 'cut-listeners', 'cut-database', 'slow-subscriber', 'exhaust-connections',
] as const;

/** See the README of this folder. */
export type FaultKind = (typeof faultKinds)[number];

/** One fault at its moment. */
export interface Fault {
  readonly kind: FaultKind;
  /** Since the campaign's start. */
  readonly atMs: number;
  /** How long it lasts: until the process is started again, goes on, or the way is free. */
  readonly forMs: number;
  /** Number of the server that it concerns, where it concerns one. */
  readonly server: number;
}

/** What a schedule is made of. */
export interface ScheduleOptions {
  readonly seed: number;
  readonly durationMs: number;
  readonly servers: number;
  readonly leaseMs: number;
  /** Between the beginnings of two faults, on average. */
  readonly everyMs: number;
  /** What is thrown; everything unless given. */
  readonly kinds?: readonly FaultKind[] | undefined;
}

/** The faults of a campaign in order of time; the same for the same options. Kinds are dealt like cards, so that each comes up as often as the others. */
export function planSchedule({ seed, durationMs, servers, leaseMs, everyMs, kinds = faultKinds }: ScheduleOptions): readonly Fault[] {
  const random = seededRandom(seed);
  const faults: Fault[] = [];
  let deck: readonly FaultKind[] = [];
  for (let atMs = random.between(0.2, 0.6) * everyMs; atMs < durationMs; atMs += random.between(0.5, 1.5) * everyMs) {
    if (deck.length === 0) deck = random.shuffled(kinds);
    const [kind, ...rest] = deck;
    deck = rest;
    faults.push({ kind: kind as FaultKind, atMs: Math.round(atMs), forMs: Math.round(durationOf(kind as FaultKind, leaseMs, random.fraction())), server: random.below(servers) });
  }
  return faults;
}

/** A frozen leader sleeps longer than its lease; nothing else lasts longer than commits wait. */
function durationOf(kind: FaultKind, leaseMs: number, share: number): number {
  if (kind === 'freeze-leader') return leaseMs * (1.3 + share);
  if (kind === 'slow-subscriber' || kind === 'mute-notifications') return 1_000 + share * 3_000;
  return share * 1_500;
}
