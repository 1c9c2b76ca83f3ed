import type { Logger } from 'pino';
import { CommandError } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { cutConnections, cutFlows } from './cut-flows.ts';
import { planForget, renderForget } from './plan-forget.ts';
import { planStuck } from './plan-stuck.ts';
import { planUpdate } from './plan-update.ts';
import { isLocalnetRouted, localnetMarker } from './prepare-node.ts';
import { readRuleset } from './read-ruleset.ts';
import type { FoundTable } from './read-ruleset.ts';
import { layoutName } from './render-table.ts';
import { renderUpdate } from './render-update.ts';
import type { NodeFacts, Ruleset } from './ruleset.ts';

/** What became of a call. */
export interface Applied {
  /** How many elements changed. */
  readonly changed: number;
  /** Whether `cutStuck` may find something. */
  readonly mayHaveStuck: boolean;
}

/** Table `gantry` in the kernel. Remembers what it holds, so that a change costs no reading. Calls must not overlap. */
export interface Table {
  /** Makes the table hold exactly these rules. After a failure the next call reads the table anew. */
  apply(next: Ruleset): Promise<Applied>;
  /** Makes the kernel forget TCP connections that lead to backends which left, and with which nothing is lost. The only call that may overlap others. */
  cutStuck(): Promise<void>;
  /** Forgets what it knows of the kernel's state, so that the next `apply` repairs what others changed. */
  distrust(): void;
}

/** A table on a host. Nothing happens before the first `apply`. */
export function createTable(host: Host, facts: NodeFacts, logger: Logger): Table {
  let known: Ruleset | undefined;
  let markers: readonly string[] = [];
  /** What is in force, and what will be while `apply` is under way. */
  let held: Ruleset | undefined, target: Ruleset | undefined;
  let mayCut = true;

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

  /** Without the tool, says so once and does no more. */
  const cut = async (act: () => Promise<void>): Promise<void> => {
    if (!mayCut) return;
    try {
      await act();
    } catch (error) {
      if (!(error instanceof CommandError && error.isMissing)) throw error;
      mayCut = false;
      logger.warn('conntrack is not installed: clients of removed endpoints may stay with them for some minutes; install it with: apt-get install conntrack');
    }
  };

  return {
    async apply(next) {
      // What a former agent, or a failure, left half done is looked for whenever the kernel's state is read anew.
      target = next;
      const isAnew = known === undefined;
      if (!known) await read();
      const update = planUpdate(known, next, facts);
      known = undefined;
      if (update) await host.run('nft', ['-f', '-'], renderUpdate(update, facts, markers));
      if (!update?.isFullLoad && (isAnew || update?.mayHaveStaleClients)) await forgetClients(next);
      if (update && update.staleFlows.length > 0) {
        // The rules are in force all the same.
        await cut(() => cutFlows(host, update.staleFlows)).catch((error: unknown) => logger.warn({ err: error }, 'UDP clients of a removed endpoint may stay with it until they pause'));
      }
      known = held = next;
      return { changed: update ? update.adds.length + update.deletes.length : 0, mayHaveStuck: isAnew || (update?.mayHaveStuckConnections ?? false) };
    },
    async cutStuck() {
      await cut(() => cutConnections(host, (connections) => [held, target].reduce((stuck, rules) => (rules ? planStuck(stuck, rules, facts) : []), connections)));
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
