import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSightings } from '../../../../agent/runtime/docker/sightings.ts';
import type { Listed, Sightings } from '../../../../agent/runtime/docker/sightings.ts';

const uids = ['a', 'b'];
interface Seen { readonly id: string; readonly state: string; readonly run: number }

/** An engine that answers in its own time: an answer tells how things were when the question arrived. */
class ModelEngine {
  readonly containers = new Map<string, { readonly uid: string; state: string; run: number }>();
  readonly waiting: (() => void)[] = [];
  asked = { lists: 0, inspects: 0 };
  /** Events that have happened and were not told yet, in order. */
  readonly untold: (() => void)[] = [];
  private later<T>(answer: T): Promise<T> {
    return new Promise((resolve) => this.waiting.push(() => resolve(answer)));
  }
  list = (uid: string | undefined): Promise<Listed[]> => {
    this.asked.lists += 1;
    return this.later([...this.containers].filter(([, one]) => uid === undefined || one.uid === uid)
      .map(([id, one]) => ({ id, pod: { uid: one.uid, name: one.uid, namespace: 'n' }, state: one.state })));
  };
  inspect = (id: string): Promise<Seen | undefined> => {
    this.asked.inspects += 1;
    const one = this.containers.get(id);
    return this.later(one && { id, state: one.state, run: one.run });
  };
  async settle(): Promise<void> {
    this.untold.splice(0).forEach((tell) => tell());
    for (let idle = 0; idle < 5; idle += 1) {
      if (this.waiting.length > 0) idle = 0;
      this.waiting.splice(0).forEach((answer) => answer());
      await Promise.resolve();
    }
  }
}

type Move = { readonly do: 'make' | 'start' | 'die' | 'destroy' | 'hidden death'; readonly at: number } | { readonly do: 'look' | 'list' | 'answer' | 'tell' | 'break'; readonly at: number };
const move: fc.Arbitrary<Move> = fc.record({ do: fc.constantFrom('make', 'start', 'start', 'die', 'destroy', 'hidden death', 'look', 'look', 'list', 'answer', 'answer', 'tell', 'tell', 'break'), at: fc.nat(5) });

function play(engine: ModelEngine, sightings: Sightings<Seen>, { do: what, at }: Move): void {
  const id = `c${at}`, uid = uids[at % 2]!, one = engine.containers.get(id);
  if (what === 'make' && !one) {
    engine.containers.set(id, { uid, state: 'created', run: 0 });
    sightings.changed(id, uid);
  } else if (what === 'start' && (one?.state === 'created' || one?.state === 'exited')) {
    Object.assign(one, { state: 'running', run: one.run + 1 });
    engine.untold.push(() => sightings.came(id, uid, 'running'));
  } else if ((what === 'die' || what === 'hidden death') && one?.state === 'running') {
    // An engine tells of every death before the next start, unless its events break off.
    one.state = what === 'die' ? 'exited' : 'dead';
    if (what === 'die') engine.untold.push(() => sightings.came(id, uid, 'exited'));
  } else if (what === 'destroy' && one?.state !== 'running' && engine.containers.delete(id)) engine.untold.push(() => sightings.gone(id));
  else if (what === 'look') void sightings.ofPod(uid);
  else if (what === 'list') void sightings.list();
  else if (what === 'answer') engine.waiting.shift()?.();
  else if (what === 'tell') engine.untold.shift()?.();
  else if (what === 'break') {
    engine.untold.length = 0;
    sightings.lost();
    sightings.followed();
  }
}

it('after whatever happened between looks, lists and breaks, one list more shows every container as it is', async () => {
  await fc.assert(fc.asyncProperty(fc.array(move, { maxLength: 40 }), async (moves) => {
    const engine = new ModelEngine();
    const sightings = createSightings<Seen>(engine, () => 0);
    sightings.followed();
    for (const each of moves) {
      play(engine, sightings, each);
      await Promise.resolve();
    }
    await engine.settle();
    const listing = sightings.list();
    await engine.settle();
    await listing;
    for (const uid of uids) {
      const looking = sightings.ofPod(uid);
      await engine.settle();
      const truth = [...engine.containers].filter(([, one]) => one.uid === uid).map(([id, { state, run }]) => ({ id, state, run }));
      expect([...(await looking)].sort((a, b) => a.id.localeCompare(b.id))).toEqual(truth.sort((a, b) => a.id.localeCompare(b.id)));
    }
  }), { numRuns: 500 });
});

it('asks only for what changed, and for everything while events are not followed', async () => {
  const engine = new ModelEngine();
  const sightings = createSightings<Seen>(engine, () => 0);
  const look = async (uid: string): Promise<void> => {
    const looking = sightings.ofPod(uid);
    await engine.settle();
    await looking;
  };
  for (const at of [0, 1, 2, 3]) play(engine, sightings, { do: 'make', at });
  await look('a');
  await look('a');
  expect(engine.asked).toEqual({ lists: 2, inspects: 4 });
  sightings.followed();
  engine.asked = { lists: 0, inspects: 0 };
  await look('a');
  await look('a');
  play(engine, sightings, { do: 'start', at: 2 });
  engine.untold.shift()?.();
  await look('a');
  await look('b');
  expect(engine.asked).toEqual({ lists: 1, inspects: 5 });
  sightings.came('c2', 'a', 'running');
  await look('a');
  expect(engine.asked).toEqual({ lists: 1, inspects: 5 });
});
