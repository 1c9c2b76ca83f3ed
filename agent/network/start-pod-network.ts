import type { Logger } from 'pino';
import type { Clock } from '../../src/lib/clock.ts';
import { explainFailure, firstLine } from '../host/explain-failure.ts';
import { createHost } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { startUpkeep } from '../host/start-upkeep.ts';
import { applyChanges } from './apply-changes.ts';
import { ensureDevice } from './ensure-device.ts';
import type { NetworkFacts, NetworkMode } from './entry.ts';
import { planChanges } from './plan-changes.ts';
import { planEntries } from './plan-entries.ts';
import { planPeers } from './plan-peers.ts';
import type { KnownNode } from './plan-peers.ts';
import { readEntries } from './read-entries.ts';

/** What the network needs to know of the cluster. */
export interface PeerView {
  /** Nothing is changed before the first complete state has arrived. */
  readonly synced: boolean;
  nodes(): readonly KnownNode[];
  onChange(listener: (objectKeys: readonly string[]) => void): () => void;
}

export interface PodNetworkOptions extends NetworkFacts {
  readonly mode: NetworkMode;
  readonly view: PeerView;
  readonly logger: Logger;
  readonly clock: Clock;
  /** This machine where left out. */
  readonly host?: Host;
}

const gatherMs = 20;
/** How soon what someone else removed is put back: a link that was down takes its routes along. */
const repairMs = 2000;
/** The same where there is no other node, and so nothing to put back. */
const aloneMs = 60_000;

/**
 * Keeps the ways to the Pods of all other nodes, until disposed; disposal leaves them in place (see `removeNetwork`). Looks when Nodes change, and every
 * 2 s while there are others. What cannot be done is said once and tried again; it never throws.
 */
export function startPodNetwork({ mode, view, logger, clock, host = createHost(), ...facts }: PodNetworkOptions): AsyncDisposable {
  const peers = () => planPeers(view.nodes(), facts);
  return startUpkeep({
    view, logger, clock, gatherMs,
    concerns: ['Node/'],
    async look() {
      const wanted = peers();
      const hasDevice = await ensureDevice(host, mode, facts);
      const changes = planChanges(planEntries(mode, wanted), await readEntries(host, hasDevice));
      if (changes.length === 0) return;
      await applyChanges(host, changes);
      logger.info({ changes: changes.length, peers: wanted.length }, 'the ways to Pods on other nodes changed');
    },
    repairMs: () => (peers().length > 0 ? repairMs : aloneMs),
    retryMs: { first: repairMs, last: repairMs },
    explain,
    matters: () => peers().length > 0,
    recovered: 'Pods on other nodes can be reached again',
  });
}

/** One line that says what does not work and the way out. */
function explain(error: unknown): string {
  const what = 'Pods on other nodes cannot be reached', reason = firstLine(error);
  if (/invalid gateway|unreachable/i.test(reason)) return `${what}: ${reason}; this machine shares no link with that node (start all agents with --network vxlan), or the link is down`;
  return explainFailure(error, { what, packages: 'iproute2', needsRoot: 'routes need root' });
}
