import type { Clock } from '../../src/lib/clock.ts';
import { askTcp } from './ask-tcp.ts';
import { askUdp } from './ask-udp.ts';
import { codeOf, isTruncated } from './is-reply-to.ts';
import type { Upstream } from './upstreams.ts';

/** How a question came, and so how it is passed on. */
export type Transport = 'udp' | 'tcp';

/** Passes questions on. */
export interface Forwarder {
  /** The reply of the first upstream that can tell; a cut one is fetched whole where `mayBeCut` is false. Undefined when none answers. Never rejects. */
  ask(query: Buffer, transport: Transport, mayBeCut?: boolean): Promise<Buffer | undefined>;
}

export interface ForwarderOptions {
  readonly upstreams: () => Promise<readonly Upstream[]>;
  readonly clock: Clock;
  /** For all tries of one question together: less than the 5 s that clients wait. */
  readonly patienceMs?: number;
  readonly mostAtOnce?: number;
}

const refusedCodes: readonly number[] = [2, 5];

/** A forwarder that asks one upstream after the other, and a single one twice. */
export function createForwarder({ upstreams, clock, patienceMs = 4000, mostAtOnce = 1000 }: ForwarderOptions): Forwarder {
  let waiting = 0;

  const askAll = async (query: Buffer, transport: Transport, mayBeCut: boolean): Promise<Buffer | undefined> => {
    const known = await upstreams();
    const tries = known.length === 1 ? [...known, ...known] : known;
    const timeoutMs = patienceMs / Math.max(1, tries.length);
    let refusal: Buffer | undefined;
    for (const upstream of tries) {
      const reply = await askOne(query, upstream, transport, mayBeCut, timeoutMs).catch(() => undefined);
      if (reply && !refusedCodes.includes(codeOf(reply))) return reply;
      refusal = reply ?? refusal;
    }
    return refusal;
  };
  const askOne = async (query: Buffer, upstream: Upstream, transport: Transport, mayBeCut: boolean, timeoutMs: number): Promise<Buffer> => {
    if (transport === 'tcp') return askTcp(query, upstream, timeoutMs, clock);
    const reply = await askUdp(query, upstream, timeoutMs, clock);
    return isTruncated(reply) && !mayBeCut ? askTcp(query, upstream, timeoutMs, clock) : reply;
  };

  return {
    async ask(query, transport, mayBeCut = true) {
      if (waiting >= mostAtOnce) return undefined;
      waiting += 1;
      try {
        return await askAll(query, transport, mayBeCut);
      } finally {
        waiting -= 1;
      }
    },
  };
}
