import type { Logger } from 'pino';
import type { Clock } from '../../src/lib/clock.ts';

/** Why a look is made: something changed in the cluster, or it is time to see whether all is still as it was left (also after a failure). */
export type LookReason = 'change' | 'repair';

export interface UpkeepOptions {
  /** What the node knows of the cluster. Nothing is looked at by itself before `synced`. */
  readonly view: { readonly synced: boolean; onChange(listener: (objectKeys: readonly string[]) => void): () => void };
  /** Which objects matter, by the beginning of their keys: `['Service/', 'EndpointSlice/']`. */
  readonly concerns: readonly string[];
  /** Makes the machine what it should be. Calls never overlap. What it throws is said and tried again. */
  readonly look: (reason: LookReason) => Promise<void>;
  /** How long after the first change of a burst the look begins. 10 ms where left out. */
  readonly gatherMs?: number;
  /** How often to look for what others changed; asked after every look. Never where left out. */
  readonly repairMs?: () => number;
  /** How long after a failure the next try is: from `first`, doubled each time, up to `last`. 0.5 s to 30 s where left out. */
  readonly retryMs?: { readonly first: number; readonly last: number };
  /** A failure as one line. */
  readonly explain: (error: unknown) => string;
  /** Whether a failure is worth a line; always where left out. */
  readonly matters?: () => boolean;
  /** Said once it works again. */
  readonly recovered: string;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Looks at a part of the machine again and again, until disposed; disposal waits for the look under way. */
export interface Upkeep extends AsyncDisposable {
  /** Looks soon. */
  soon(): void;
  /** Resolves after a whole look that began after this call, and rejects with its failure, which is said and tried again all the same. */
  now(): Promise<void>;
}

/** Starts to look: soon, when what matters changes, in its own time, and again after a failure. */
export function startUpkeep({ view, concerns, look, gatherMs = 10, repairMs, retryMs = { first: 500, last: 30_000 }, explain, matters, recovered, logger, clock }: UpkeepOptions): Upkeep {
  let isEnded = false, isRepairDue = false;
  let said = '', delayMs = retryMs.first, repairAtMs = Infinity;
  let cancelSoon: (() => void) | undefined, cancelRepair: (() => void) | undefined;
  let next: Promise<void> | undefined, last: Promise<void> = Promise.resolve();

  const repairIn = (ms: number): void => {
    cancelRepair?.();
    if (isEnded) return;
    repairAtMs = clock.now() + ms;
    cancelRepair = clock.after(ms, () => {
      repairAtMs = Infinity;
      isRepairDue = true;
      lookIfSynced();
    });
  };

  const lookOnce = async (): Promise<void> => {
    next = undefined;
    if (isEnded) throw new Error('the agent is ending');
    cancelSoon?.();
    cancelSoon = undefined;
    const reason: LookReason = isRepairDue ? 'repair' : 'change';
    isRepairDue = false;
    try {
      await look(reason);
    } catch (error) {
      const message = explain(error);
      if (message !== said && matters?.() !== false) {
        logger.error(message);
        said = message;
      }
      repairIn(delayMs);
      delayMs = Math.min(delayMs * 2, retryMs.last);
      throw error;
    }
    if (said !== '') logger.info(recovered);
    said = '';
    delayMs = retryMs.first;
    const everyMs = repairMs?.() ?? Infinity;
    if (everyMs < repairAtMs - clock.now()) repairIn(everyMs);
  };

  const now = (): Promise<void> => {
    if (!next) {
      next = last.then(lookOnce);
      last = next.catch(() => undefined);
    }
    return next;
  };
  const lookIfSynced = (): void => {
    if (!isEnded && view.synced) void now().catch(() => undefined);
  };
  const soon = (): void => {
    if (isEnded || cancelSoon) return;
    cancelSoon = clock.after(gatherMs, () => {
      cancelSoon = undefined;
      lookIfSynced();
    });
  };

  const stopListening = view.onChange((keys) => {
    if (keys.some((key) => key === 'synced' || concerns.some((start) => key.startsWith(start)))) soon();
  });
  soon();

  return {
    soon,
    now,
    async [Symbol.asyncDispose]() {
      isEnded = true;
      stopListening();
      cancelSoon?.();
      cancelRepair?.();
      await last;
    },
  };
}
