import type { Logger } from 'pino';
import type { Clock } from '../../src/lib/clock.ts';
import type { EndpointSlice, Service } from '../../src/model/object.ts';
import { explainFailure } from '../host/explain-failure.ts';
import { createHost } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { startUpkeep } from '../host/start-upkeep.ts';
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

const repairMs = 60_000;
/** The kernel's table of connections may be long: all that leaves within this time is looked for at once. */
const gatherStuckMs = 1000;

/**
 * Keeps this node's packet rules as the Services want them, until disposed. Rules of a former agent stay in force until the first
 * complete state arrives, and are then changed only where they differ. Disposal leaves all rules in place: see `removeRules`.
 * Where rules cannot be made (no root, no nft), says so once and tries again every 30 s; it never throws.
 */
export function startProxy({ view, logger, clock, host = createHost(), ...facts }: ProxyOptions): AsyncDisposable {
  const table = createTable(host, facts, logger);
  const words = { what: 'Services do not work on this node', packages: 'nftables iptables iproute2', needsRoot: 'packet rules need root', otherwise: 'packet rules could not be changed' };
  const stuck = startUpkeep({
    view, logger, clock,
    concerns: [],
    gatherMs: gatherStuckMs,
    look: () => table.cutStuck(),
    explain: (error) => explainFailure(error, { ...words, otherwise: 'connections that removed endpoints did not take could not be forgotten' }),
    recovered: 'connections that removed endpoints did not take are forgotten again',
  });
  let isPrepared = false;
  const rules = startUpkeep({
    view, logger, clock,
    concerns: ['Service/', 'EndpointSlice/'],
    async look(reason) {
      if (reason === 'repair') {
        table.distrust();
        isPrepared = false;
      }
      const { changed, mayHaveStuck } = await table.apply(planRuleset(view.services(), view.endpointSlices(), facts));
      if (!isPrepared) {
        await applyKernelSettings(host);
        await acceptForwarded(host, facts);
        isPrepared = true;
      }
      if (changed > 0) await allowHairpin(host, facts);
      if (changed > 0) logger.debug({ changed }, 'packet rules changed');
      if (mayHaveStuck) stuck.soon();
    },
    repairMs: () => repairMs,
    explain: (error) => explainFailure(error, words),
    recovered: 'services work again',
  });

  return {
    async [Symbol.asyncDispose]() {
      await rules[Symbol.asyncDispose]();
      await stuck[Symbol.asyncDispose]();
    },
  };
}
