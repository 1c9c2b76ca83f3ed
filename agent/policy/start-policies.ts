import type { Logger } from 'pino';
import type { Clock } from '../../src/lib/clock.ts';
import type { NetworkPolicy, Pod } from '../../src/model/object.ts';
import type { PodGuard } from '../kubelet/pod-guard.ts';
import { CommandError, createHost } from '../proxy/host.ts';
import type { Host } from '../proxy/host.ts';
import { knownPeers } from './known-peers.ts';
import type { ToldPeers } from './known-peers.ts';
import { localPods } from './local-pods.ts';
import type { NotedPod } from './local-pods.ts';
import { planLayout } from './plan-layout.ts';
import { createPolicyTable } from './table.ts';

/** What policies need to know of the cluster. */
export interface PolicyView extends ToldPeers {
  /** Nothing is changed before the first complete state has arrived. */
  readonly synced: boolean;
  pods(): readonly Pod[];
  networkPolicies(): readonly NetworkPolicy[];
  onChange(listener: (objectKeys: readonly string[]) => void): () => void;
  onPeersChange(listener: (groupKey: string, members: readonly string[]) => void): () => void;
}

export interface PoliciesOptions {
  readonly view: PolicyView;
  /** Addresses at which this node answers names. */
  readonly answeredHere: readonly string[];
  readonly logger: Logger;
  readonly clock: Clock;
  /** Where the rules go; this machine where left out. */
  readonly host?: Host;
}

const gatherMs = 10;
const repairMs = 30_000;
const retryMs = { first: 500, last: 30_000 };

/**
 * Keeps the rules of NetworkPolicies for this node's Pods, until disposed. Rules of a former agent stay in force until the first complete state arrives. Disposal, and
 * the server's absence, leave all rules in place: see `removePolicies`. What cannot be done is said once and tried again.
 */
export function startPolicies({ view, answeredHere, logger, clock, host = createHost() }: PoliciesOptions): PodGuard & AsyncDisposable {
  const table = createPolicyTable(host, answeredHere);
  const noted = new Map<string, NotedPod>();
  let touched = new Map<string, Set<string>>();
  let isEnded = false, lastFailure = '', delayMs = retryMs.first;
  let cancelLook: (() => void) | undefined, cancelRepair: (() => void) | undefined;
  let next: Promise<void> | undefined, last: Promise<void> = Promise.resolve();

  const applyOnce = async (): Promise<void> => {
    const layout = planLayout(view.networkPolicies(), localPods(view.pods(), noted));
    const peers = knownPeers(view, answeredHere, touched);
    touched = new Map();
    try {
      if (await table.apply(layout, peers)) logger.debug({ chains: layout.chains.size, sets: layout.peerSets.size }, 'the rules of NetworkPolicies changed');
      if (lastFailure !== '') logger.info('NetworkPolicies hold again');
      lastFailure = '';
      delayMs = retryMs.first;
    } catch (error) {
      const message = explain(error);
      // Where nothing is to be held, a machine without nft lacks nothing.
      if (message !== lastFailure && layout.chains.size > 0) logger.error(message);
      lastFailure = message;
      lookIn(delayMs);
      delayMs = Math.min(delayMs * 2, retryMs.last);
      throw new Error(message, { cause: error });
    }
  };

  /** One change of the table after the other; who asks while one is under way shares the next. */
  const flush = (): Promise<void> => {
    if (next) return next;
    const begin = (): Promise<void> => {
      next = undefined;
      return applyOnce();
    };
    next = last.then(begin);
    last = next.catch(() => undefined);
    return next;
  };

  const lookIn = (ms: number): void => {
    if (isEnded) return;
    cancelLook?.();
    cancelLook = clock.after(ms, () => {
      cancelLook = undefined;
      if (!isEnded && view.synced) void flush().catch(() => undefined);
    });
  };
  /** A burst of changes is gathered. */
  const lookSoon = (): void => {
    if (!cancelLook || lastFailure !== '') lookIn(gatherMs);
  };

  const repair = async (): Promise<void> => {
    if (!(await table.isIntact().catch(() => true))) {
      logger.warn('somebody removed the rules of NetworkPolicies; they are made anew');
      table.distrust();
      await applyOnce().catch(() => undefined);
    }
    if (!isEnded) cancelRepair = clock.after(repairMs, () => { last = last.then(repair); });
  };
  cancelRepair = clock.after(repairMs, () => { last = last.then(repair); });

  const stops = [
    view.onChange((keys) => { if (keys.some((key) => /^(NetworkPolicy|Pod)\/|^synced$/.test(key))) lookSoon(); }),
    view.onPeersChange((key, members) => {
      const known = touched.get(key) ?? new Set();
      for (const member of members) known.add(member);
      touched.set(key, known);
      lookSoon();
    }),
  ];
  lookSoon();

  const note = (pod: Pod, podIP: string): void => {
    const before = noted.get(pod.metadata.uid);
    if (pod.spec.hostNetwork || (before?.podIP === podIP && before.pod === pod)) return;
    noted.set(pod.metadata.uid, { pod, podIP });
    if (before?.podIP !== podIP) lookSoon();
  };

  return {
    note,
    async admit(pod, podIP) {
      note(pod, podIP);
      if (pod.spec.hostNetwork || !view.synced) return;
      const own = localPods([], new Map([[pod.metadata.uid, { pod, podIP }]]));
      const { ingress, egress } = planLayout(view.networkPolicies(), own);
      if (ingress.size + egress.size > 0) await flush();
    },
    release(uid) {
      if (noted.delete(uid)) lookSoon();
    },
    async [Symbol.asyncDispose]() {
      isEnded = true;
      for (const stop of stops) stop();
      cancelLook?.();
      cancelRepair?.();
      await last;
    },
  };
}

/** One line that says what does not work and the way out. */
function explain(error: unknown): string {
  const reason = error instanceof Error ? error.message.split('\n')[0] ?? '' : String(error);
  const what = 'NetworkPolicies cannot be made to hold on this node';
  if (error instanceof CommandError && error.isMissing) return `${what}: ${reason} (install with: apt-get install nftables)`;
  if (error instanceof CommandError && error.isForbidden) return `${what}: packet rules need root (${reason})`;
  return `${what}, trying again: ${reason}`;
}
