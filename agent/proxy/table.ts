import type { Logger } from 'pino';
import { CommandError } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { cutConnections, cutFlows } from './cut-flows.ts';
import { planForget, renderForget } from './plan-forget.ts';
import { planStuck } from './plan-stuck.ts';
import { planUpdate } from './plan-update.ts';
import type { Update } from './plan-update.ts';
import { isLocalnetRouted, localnetMarker } from './prepare-node.ts';
import { readRuleset } from './read-ruleset.ts';
import type { FoundTable } from './read-ruleset.ts';
import { layoutName } from './render-table.ts';
import { renderUpdate } from './render-update.ts';
import type { NodeFacts, Ruleset } from './ruleset.ts';

/** Table `gantry` in the kernel. Remembers what it holds, so that a change costs no reading. Calls must not overlap. */
export interface Table {
  /** Makes the table hold exactly these rules. Returns how many elements changed. After a failure the next call reads the table anew. */
  apply(next: Ruleset): Promise<number>;
  /** Forgets what it knows of the kernel's state, so that the next `apply` repairs what others changed. */
  distrust(): void;
}

/** A table on a host. Nothing happens before the first `apply`. */
export function createTable(host: Host, facts: NodeFacts, logger: Logger): Table {
  let known: Ruleset | undefined;
  let markers: readonly string[] = [];
  let mayCutFlows = true;

  const read = async (): Promise<void> => {
    const found = await findTable(host);
    known = found?.markers.includes(layoutName(facts)) ? found.ruleset : undefined;
    const wasOff = found ? found.markers.includes(localnetMarker) : !(await isLocalnetRouted(host));
    markers = wasOff ? [localnetMarker] : [];
  };

  const forgetClients = async (next: Ruleset): Promise<void> => {
    // Clients that time out between reading and deleting make the deletion fail: then read again.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const stale = planForget((await findTable(host))?.clients ?? [], next, facts);
      if (stale.length === 0) return;
      await host.run('nft', ['-f', '-'], renderForget(stale)).catch((error: unknown) => logger.debug({ err: error }, 'forgetting clients again'));
    }
    throw new Error('clients of removed endpoints could not be forgotten');
  };

  /** What the kernel remembers of connections outlives the rules. That it cannot be changed keeps nobody from changing the rules. */
  const cut = async (update: Update | undefined, next: Ruleset, isAnew: boolean): Promise<void> => {
    try {
      await cutFlows(host, update?.staleFlows ?? []);
      if (isAnew || update?.mayHaveStuckConnections) await cutConnections(host, (connections) => planStuck(connections, next, facts));
    } catch (error) {
      mayCutFlows = !(error instanceof CommandError && error.isMissing);
      if (mayCutFlows) logger.warn({ err: error }, 'clients of removed endpoints may stay with them for some minutes: what the kernel remembers of their connections could not be deleted');
      else logger.warn('conntrack is not installed: clients of removed endpoints may stay with them for some minutes; install it with: apt-get install conntrack');
    }
  };

  return {
    async apply(next) {
      // What a former agent, or a failure, left half done is looked for whenever the kernel's state is read anew.
      const isAnew = known === undefined;
      if (!known) await read();
      const update = planUpdate(known, next, facts);
      known = undefined;
      if (update) await host.run('nft', ['-f', '-'], renderUpdate(update, facts, markers));
      if (!update?.isFullLoad && (isAnew || update?.mayHaveStaleClients)) await forgetClients(next);
      if (mayCutFlows) await cut(update, next, isAnew);
      known = next;
      return update ? update.adds.length + update.deletes.length : 0;
    },
    distrust() {
      known = undefined;
    },
  };
}

/** Table `gantry` as it is in the kernel, or undefined. */
export async function findTable(host: Host): Promise<FoundTable | undefined> {
  return readRuleset(await host.run('nft', ['-j', 'list', 'maps', 'ip']));
}
