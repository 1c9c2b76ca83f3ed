import type { PodIdentity } from '../runtime.ts';

/** A container in short: what a list says. */
export interface Listed {
  readonly id: string;
  readonly pod: PodIdentity;
  /** The engine's word, such as `running`. */
  readonly state: string;
}

/** The engine, when it is asked for it: all containers of the cluster or of one Pod in short, and one in full (undefined where there is none). */
export interface Source<Seen> {
  list(podUid: string | undefined): Promise<readonly Listed[]>;
  inspect(id: string): Promise<(Seen & { readonly state: string }) | undefined>;
}

/**
 * What was last seen of each container, so that the engine is asked only for what may have changed since. It is trusted only while the engine's events are
 * followed, and no longer than `maxAgeMs`; a list that shows another state than was seen counts as an event.
 */
export interface Sightings<Seen> {
  /** The containers of a Pod as they are now. */
  ofPod(uid: string): Promise<readonly Seen[]>;
  /** All containers in short. */
  list(): Promise<readonly Listed[]>;
  /** From now on every change will be told. */
  followed(): void;
  /** Changes may be missed from now on: forgets everything. */
  lost(): void;
  /** This container was made or may have changed. */
  changed(id: string, podUid: string): void;
  /** This container came into a state, such as `running`. Where that was seen already, nothing is asked again. Told in the order in which it happened. */
  came(id: string, podUid: string, state: string): void;
  /** It may have changed, whoever's it is. */
  touched(id: string): void;
  /** It is no more. */
  gone(id: string): void;
}

interface Sighting<Seen> {
  readonly uid: string;
  /** Rises with every change that was told. */
  version: number;
  seen?: (Seen & { readonly state: string }) | undefined;
  seenAtMs: number;
  /** What must be in the answer to the question that is open. */
  expected?: string | undefined;
  isAsked?: boolean;
}

/** Nothing seen yet. */
export function createSightings<Seen>(source: Source<Seen>, nowMs: () => number, maxAgeMs = 60_000): Sightings<Seen> {
  const known = new Map<string, Sighting<Seen>>();
  let isFollowed = false;
  let isComplete = false;
  /** Counts the breaks: what was asked before one says nothing after it. */
  let epoch = 0;
  let version = 0;

  const changed = (id: string, uid: string): void => {
    const held = known.get(id);
    version += 1;
    if (held) Object.assign(held, { version, seen: undefined, expected: undefined });
    else if (isFollowed) known.set(id, { uid, version, seenAtMs: 0 });
  };
  const forget = (isFollowedNow: boolean): void => {
    known.clear();
    isComplete = false;
    isFollowed = isFollowedNow;
    epoch += 1;
  };

  const list = async (): Promise<readonly Listed[]> => {
    const asked = { version, epoch };
    const found = await source.list(undefined);
    if (!isFollowed || asked.epoch !== epoch) return found;
    const present = new Set(found.map(({ id }) => id));
    for (const [id, held] of known) if (!present.has(id) && held.version <= asked.version) known.delete(id);
    for (const { id, pod, state } of found) {
      const held = known.get(id);
      if (!held || (held.seen && held.seen.state !== state)) changed(id, pod.uid);
    }
    isComplete = true;
    return found;
  };

  const look = async (id: string, held: Sighting<Seen>): Promise<Seen | undefined> => {
    if (held.seen && nowMs() - held.seenAtMs < maxAgeMs) return held.seen;
    const asked = held.version;
    held.isAsked = true;
    held.expected = undefined;
    const seen = await source.inspect(id).finally(() => { held.isAsked = false; });
    // What changed meanwhile is asked for again by whoever is told of the change.
    if (held.version !== asked || (held.expected !== undefined && held.expected !== seen?.state)) return seen;
    if (seen) Object.assign(held, { seen, seenAtMs: nowMs() });
    else known.delete(id);
    return seen;
  };

  return {
    list, changed,
    async ofPod(uid) {
      if (isFollowed && !isComplete) await list();
      const asked = isComplete ? [...known].filter(([, held]) => held.uid === uid).map(([id, held]) => look(id, held))
        : (await source.list(uid)).map(({ id }) => source.inspect(id));
      return (await Promise.all(asked)).filter((seen) => seen !== undefined);
    },
    followed: () => forget(true),
    lost: () => forget(false),
    came(id, uid, state) {
      const held = known.get(id);
      if (held?.seen?.state === state) return;
      const isFirstWord = held?.isAsked && (held.expected === undefined || held.expected === state);
      if (held && isFirstWord) held.expected = state;
      else changed(id, uid);
    },
    touched(id) {
      const held = known.get(id);
      if (held) changed(id, held.uid);
    },
    gone: (id) => void known.delete(id),
  };
}
