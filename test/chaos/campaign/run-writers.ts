import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../../../src/client/client.ts';
import { ApiError } from '../../../src/model/errors.ts';
import type { Operation, Outcome } from '../history.ts';
import { seededRandom } from '../random.ts';
import { nameOf, namespace, planRequest } from './workload.ts';
import type { Belief, Request } from './workload.ts';

/** Answers after which something may have been written. All others promise that nothing was. */
const unknownCodes: ReadonlySet<string> = new Set(['UNAVAILABLE', 'INTERNAL']);

/** After such an answer a writer waits, for a server may be away. */
const awayMs = 150;

/** How writers work. */
export interface WriterOptions {
  /** One per server. */
  readonly clients: readonly Client[];
  readonly writers: number;
  readonly seed: number;
  /** Between two requests of a writer, at most. */
  readonly pauseMs: number;
  readonly signal: AbortSignal;
  /** The campaign's one counter. */
  readonly tick: () => number;
  readonly record: (operation: Operation) => void;
}

/** Runs writers side by side until the signal aborts; resolves when the last has its answer. Each request goes once, to some server. */
export async function runWriters(options: WriterOptions): Promise<void> {
  const belief: Belief = new Map();
  await Promise.all(Array.from({ length: options.writers }, (_, at) => runWriter(`w${at}`, options.seed + at, belief, options)));
}

async function runWriter(name: string, seed: number, belief: Belief, { clients, signal, tick, record, pauseMs }: WriterOptions): Promise<void> {
  const random = seededRandom(seed);
  for (let serial = 0; !signal.aborted; serial++) {
    const id = `${name}-${serial}`;
    const client = random.pick(clients);
    const request = planRequest(id, random, belief);
    const startedAt = tick();
    const outcome = await send(client, request);
    record({ id, startedAt, endedAt: tick(), intents: request.intents, outcome });
    await learn(client, request, outcome, belief);
    await pause(random.between(0, pauseMs) + (outcome.type === 'unknown' ? awayMs : 0));
  }
}

async function send(client: Client, { document, variables }: Request): Promise<Outcome> {
  try {
    const { result } = await client.request<{ result: { revision: string } }>(document, variables, { retry: false, timeoutMs: 12_000 });
    return { type: 'acknowledged', revision: Number(result.revision) };
  } catch (error) {
    const code = error instanceof ApiError ? error.code : 'UNAVAILABLE';
    return { type: unknownCodes.has(code) ? 'unknown' : 'refused', code };
  }
}

async function learn(client: Client, { intents }: Request, outcome: Outcome, belief: Belief): Promise<void> {
  for (const { type, key } of intents) {
    const name = nameOf(key);
    if (outcome.type === 'acknowledged') {
      if (type === 'delete') belief.delete(name);
      else belief.set(name, outcome.revision);
      continue;
    }
    const found = await client.get('ConfigMap', { namespace, name }, { retry: false, timeoutMs: 2_000 }).catch(() => 'not known' as const);
    if (found === undefined) belief.delete(name);
    else if (found !== 'not known') belief.set(name, Number(found.metadata.resourceVersion));
  }
}
