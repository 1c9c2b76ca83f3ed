/** Something that writes what it has gathered. */
export interface Flushable {
  flush(): void;
}

/** What a gathering hears of its rounds: when what they wrote had arrived, by `performance.now()`. */
export type OnRound = (arrivalsMs: ReadonlySet<number>) => void;

/** After a round it rests for so many times as long as the round took, and never longer than `mostRestMs`. */
const restFactor = 2, mostRestMs = 40;

/**
 * Lets connections write in rounds. While there is little to do, a round comes at the end of the same turn of the event loop. Where rounds take long, the next one waits in
 * proportion: several messages for a connection then become one write, and two thirds of the time stay for everything else.
 */
export class Gathering {
  #members: Flushable[] = [];
  #arrivalsMs = new Set<number>();
  #isComing = false;
  #restsUntilMs = 0;

  constructor(readonly onRound: OnRound) {}

  /** Has a member flushed in the next round; once each, however often its caller asks between rounds is for the caller to know. */
  add(member: Flushable): void {
    this.#members.push(member);
    if (this.#isComing) return;
    this.#isComing = true;
    const waitMs = this.#restsUntilMs - performance.now();
    if (waitMs < 1) setImmediate(this.#round);
    else setTimeout(this.#round, waitMs);
  }

  /** Notes when something of the next round had arrived. */
  arrived(atMs: number): void {
    this.#arrivalsMs.add(atMs);
  }

  readonly #round = (): void => {
    const beganMs = performance.now(), members = this.#members, arrivalsMs = this.#arrivalsMs;
    this.#members = [];
    this.#arrivalsMs = new Set();
    this.#isComing = false;
    for (const member of members) member.flush();
    this.onRound(arrivalsMs);
    const endedMs = performance.now();
    this.#restsUntilMs = endedMs + Math.min(mostRestMs, (endedMs - beganMs) * restFactor);
  };
}
