import type { Logger } from 'pino';
import type { Clock } from '../../src/lib/clock.ts';
import type { EndpointSlice, Service } from '../../src/model/object.ts';
import { CommandError, createHost } from './host.ts';
import type { Host } from './host.ts';
import { planRuleset } from './plan-ruleset.ts';
import { acceptForwarded, allowHairpin, applyKernelSettings } from './prepare-node.ts';
import type { NodeFacts } from './ruleset.ts';
import { createTable } from './table.ts';

/** What the proxy needs to know of the cluster. */
export interface ServiceView {
  /** Nothing is changed before the first complete state has arrived. */
  readonly synced: boolean;
  services(): readonly Service[];
  endpointSlices(): readonly EndpointSlice[];
  onChange(listener: (objectKeys: readonly string[]) => void): () => void;
}

export interface ProxyOptions extends NodeFacts {
  readonly view: ServiceView;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Where the rules go; this machine where left out. */
  readonly host?: Host;
}

const gatherMs = 10;
const repairMs = 60_000;
const retryMs = { first: 500, last: 30_000 };

/**
 * Keeps this node's packet rules as the Services want them, until disposed. Rules of a former agent stay in force until the first
 * complete state arrives, and are then changed only where they differ. Disposal leaves all rules in place: see `removeRules`.
 * Where rules cannot be made (no root, no nft), says so once and tries again every 30 s; it never throws.
 */
export function startProxy({ view, logger, clock, host = createHost(), ...facts }: ProxyOptions): AsyncDisposable {
  const table = createTable(host, facts, logger);
  let isEnded = false;
  let isPrepared = false;
  let lastFailure = '';
  let delayMs = retryMs.first;
  let cancel: (() => void) | undefined;
  let isDue = false;
  let running: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    try {
      const changed = await table.apply(planRuleset(view.services(), view.endpointSlices(), facts));
      if (!isPrepared) {
        await applyKernelSettings(host);
        await acceptForwarded(host, facts);
        isPrepared = true;
      }
      if (changed > 0) await allowHairpin(host, facts);
      if (lastFailure !== '') logger.info('services work again');
      if (changed > 0) logger.debug({ changed }, 'packet rules changed');
      lastFailure = '';
      delayMs = retryMs.first;
      schedule(repairMs, true);
    } catch (error) {
      const message = explain(error);
      if (message !== lastFailure) logger.error(message);
      lastFailure = message;
      schedule(delayMs, true);
      delayMs = Math.min(delayMs * 2, retryMs.last);
    }
  };

  const schedule = (afterMs: number, isRepair = false): void => {
    if (isEnded) return;
    cancel?.();
    cancel = clock.after(afterMs, () => {
      if (isRepair) {
        table.distrust();
        isPrepared = false;
      }
      isDue = false;
      if (!isEnded && view.synced) start();
    });
  };

  /** A burst of changes is gathered: the first one starts the wait, the others do not lengthen it. */
  const lookSoon = (): void => {
    if (isDue) return;
    isDue = true;
    if (!running) schedule(gatherMs);
  };

  const start = (): void => {
    running = run().finally(() => {
      running = undefined;
      if (isDue) schedule(gatherMs);
    });
  };

  const stopListening = view.onChange((keys) => {
    if (keys.some((key) => /^(Service|EndpointSlice)\/|^synced$/.test(key))) lookSoon();
  });
  lookSoon();

  return {
    async [Symbol.asyncDispose]() {
      isEnded = true;
      stopListening();
      cancel?.();
      await running;
    },
  };
}

/** One line that says what does not work and the way out. */
function explain(error: unknown): string {
  const reason = error instanceof Error ? error.message.split('\n')[0] ?? '' : String(error);
  if (error instanceof CommandError && error.isMissing) return `Services do not work on this node: ${reason} (install with: apt-get install nftables iptables iproute2)`;
  if (error instanceof CommandError && error.isForbidden) return `Services do not work on this node: packet rules need root (${reason})`;
  return `packet rules could not be changed, trying again: ${reason}`;
}
