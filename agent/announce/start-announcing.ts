import type { Logger } from 'pino';
import type { Clock } from '../../src/lib/clock.ts';
import { explainFailure } from '../host/explain-failure.ts';
import { createHost } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { startUpkeep } from '../host/start-upkeep.ts';
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

const lendAgainMs = 10_000;

/**
 * Keeps the addresses of load balancers that this node answers for, until disposed; then they lapse within 40 s. Nothing changes before the first complete state has
 * arrived. What cannot be done is said once and tried again; it never throws.
 */
export function startAnnouncing({ view, logger, clock, host = createHost(), ...node }: AnnouncingOptions): AsyncDisposable {
  let lent: string | undefined;
  let wasSaid = false;
  const lend = async (): Promise<void> => {
    const { added, kept, removed } = planAddresses(view.services(), node, await readBalancedAddresses(host));
    for (const address of removed) await takeAddress(host, address);
    for (const address of [...kept, ...added]) await lendAddress(host, address);
    for (const address of added) {
      logger.info({ address }, 'this node answers for an address');
      if (await tellNeighbours(host, node.nodeIP, address) || wasSaid) continue;
      wasSaid = true;
      logger.error('neighbours are not told at once when an address of a load balancer moves to this node; install arping with: apt-get install iputils-arping');
    }
    if (removed.length > 0) logger.info({ addresses: removed }, 'this node answers no more for addresses');
  };

  return startUpkeep({
    view, logger, clock,
    concerns: ['Service/'],
    async look(reason) {
      const wanted = planAddresses(view.services(), node, []).added.join();
      // Most changes of Services are none of addresses.
      if (reason === 'change' && wanted === lent) return;
      lent = undefined;
      await lend();
      lent = wanted;
    },
    repairMs: () => lendAgainMs,
    retryMs: { first: lendAgainMs, last: lendAgainMs },
    explain: (error) => explainFailure(error, { what: 'addresses of load balancers cannot be taken by this node', packages: 'iproute2', needsRoot: 'it needs root' }),
    recovered: 'addresses of load balancers are taken by this node again',
  });
}
