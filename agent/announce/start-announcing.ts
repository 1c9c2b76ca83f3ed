import type { Logger } from 'pino';
import type { Clock } from '../../src/lib/clock.ts';
import { CommandError, createHost } from '../proxy/host.ts';
import type { Host } from '../proxy/host.ts';
import type { ServiceView } from '../proxy/start-proxy.ts';
import { lendAddress, readBalancedAddresses, takeAddress } from './balanced-addresses.ts';
import { planAddresses } from './plan-addresses.ts';
import type { AnnouncingNode } from './plan-addresses.ts';
import { tellNeighbours } from './tell-neighbours.ts';

export interface AnnouncingOptions extends AnnouncingNode {
  readonly view: Pick<ServiceView, 'synced' | 'services' | 'onChange'>;
  readonly logger: Logger;
  readonly clock: Clock;
  /** This machine where left out. */
  readonly host?: Host;
}

const gatherMs = 10;
const lendAgainMs = 10_000;

/**
 * Keeps the addresses of load balancers that this node answers for, until disposed; then they lapse within 40 s. Nothing changes before the first complete state has
 * arrived. What cannot be done is said once and tried again; it never throws.
 */
export function startAnnouncing({ view, logger, clock, host = createHost(), ...node }: AnnouncingOptions): AsyncDisposable {
  const said = new Set<string>();
  let isEnded = false, isAskedAgain = false;
  let lent = '', nextLendMs = 0;
  let cancel: (() => void) | undefined;
  let running: Promise<void> | undefined;

  const sayOnce = (message: string): void => {
    if (!said.has(message)) logger.error(message);
    said.add(message);
  };
  const wanted = (): string => planAddresses(view.services(), node, []).added.join();
  const look = async (): Promise<void> => {
    lent = wanted();
    nextLendMs = clock.now() + lendAgainMs;
    const { added, kept, removed } = planAddresses(view.services(), node, await readBalancedAddresses(host));
    for (const address of removed) await takeAddress(host, address);
    for (const address of [...kept, ...added]) await lendAddress(host, address);
    for (const address of added) {
      logger.info({ address }, 'this node answers for an address');
      if (!(await tellNeighbours(host, node.nodeIP, address))) sayOnce('neighbours are not told at once when an address of a load balancer moves to this node; install arping with: apt-get install iputils-arping');
    }
    if (removed.length > 0) logger.info({ addresses: removed }, 'this node answers no more for addresses');
  };
  const lookIn = (ms: number): void => {
    if (isEnded) return;
    cancel?.();
    cancel = clock.after(ms, () => {
      isAskedAgain = false;
      if (isEnded) return;
      if (!view.synced) return lookIn(lendAgainMs);
      // Most changes of Services are none of addresses.
      if (clock.now() < nextLendMs && wanted() === lent) return lookIn(nextLendMs - clock.now());
      running = look().catch((error: unknown) => {
        nextLendMs = 0;
        sayOnce(explain(error));
      }).finally(() => {
        running = undefined;
        lookIn(isAskedAgain ? gatherMs : lendAgainMs);
      });
    });
  };
  const stopListening = view.onChange((keys) => {
    if (!keys.some((key) => key.startsWith('Service/') || key === 'synced') || isAskedAgain) return;
    isAskedAgain = true;
    if (!running) lookIn(gatherMs);
  });
  lookIn(gatherMs);

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
  const what = 'addresses of load balancers cannot be taken by this node';
  if (error instanceof CommandError && error.isMissing) return `${what}: ${reason} (install with: apt-get install iproute2)`;
  if (error instanceof CommandError && error.isForbidden) return `${what}: it needs root (${reason})`;
  return `${what}, trying again: ${reason}`;
}
