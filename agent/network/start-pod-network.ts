import type { Logger } from 'pino';
import type { Clock } from '../../src/lib/clock.ts';
import { CommandError, createHost } from '../proxy/host.ts';
import type { Host } from '../proxy/host.ts';
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
  let isEnded = false;
  let lastFailure = '';
  let cancel: (() => void) | undefined;
  let running: Promise<void> | undefined;
  let isAskedAgain = false;

  const look = async (): Promise<void> => {
    const peers = planPeers(view.nodes(), facts);
    try {
      const hasDevice = await ensureDevice(host, mode, facts);
      const changes = planChanges(planEntries(mode, peers), await readEntries(host, hasDevice));
      if (changes.length > 0) {
        await applyChanges(host, changes);
        logger.info({ changes: changes.length, peers: peers.length }, 'the ways to Pods on other nodes changed');
      }
      if (lastFailure !== '') logger.info('Pods on other nodes can be reached again');
      lastFailure = '';
    } catch (error) {
      const message = explain(error);
      if (message !== lastFailure && peers.length > 0) logger.error(message);
      lastFailure = message;
    }
  };
  const lookIn = (ms: number): void => {
    if (isEnded) return;
    cancel?.();
    cancel = clock.after(ms, () => {
      if (isEnded) return;
      if (!view.synced) return lookIn(repairMs);
      isAskedAgain = false;
      running = look().finally(() => {
        running = undefined;
        lookIn(isAskedAgain ? gatherMs : planPeers(view.nodes(), facts).length > 0 ? repairMs : aloneMs);
      });
    });
  };
  const stopListening = view.onChange((keys) => {
    if (!keys.some((key) => key.startsWith('Node/') || key === 'synced') || isAskedAgain) return;
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
  const what = 'Pods on other nodes cannot be reached';
  if (error instanceof CommandError && error.isMissing) return `${what}: ${reason} (install with: apt-get install iproute2)`;
  if (error instanceof CommandError && error.isForbidden) return `${what}: routes need root (${reason})`;
  if (/invalid gateway|unreachable/i.test(reason)) return `${what}: ${reason}; this machine shares no link with that node (start all agents with --network vxlan), or the link is down`;
  return `${what}, trying again: ${reason}`;
}
