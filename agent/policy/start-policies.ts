import type { Logger } from 'pino';
import type { Clock } from '../../src/lib/clock.ts';
import type { NetworkPolicy, Pod } from '../../src/model/object.ts';
import type { PodGuard } from '../kubelet/pod-guard.ts';
import { explainFailure } from '../host/explain-failure.ts';
import { createHost } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { startUpkeep } from '../host/start-upkeep.ts';
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

const repairMs = 30_000;

/**
 * Keeps the rules of NetworkPolicies for this node's Pods, until disposed. Rules of a former agent stay in force until the first complete state arrives. Disposal, and
 * the server's absence, leave all rules in place: see `removePolicies`. What cannot be done is said once and tried again.
 */
export function startPolicies({ view, answeredHere, logger, clock, host = createHost() }: PoliciesOptions): PodGuard & AsyncDisposable {
  const table = createPolicyTable(host, answeredHere);
  const noted = new Map<string, NotedPod>();
  let touched = new Map<string, Set<string>>();
  let selectsPods = false;

  const upkeep = startUpkeep({
    view, logger, clock,
    concerns: ['NetworkPolicy/', 'Pod/'],
    async look(reason) {
      if (reason === 'repair' && !(await table.isIntact().catch(() => true))) {
        logger.warn('somebody removed the rules of NetworkPolicies; they are made anew');
        table.distrust();
      }
      const layout = planLayout(view.networkPolicies(), localPods(view.pods(), noted));
      const peers = knownPeers(view, answeredHere, touched);
      touched = new Map();
      selectsPods = layout.chains.size > 0;
      if (await table.apply(layout, peers)) logger.debug({ chains: layout.chains.size, sets: layout.peerSets.size }, 'the rules of NetworkPolicies changed');
    },
    repairMs: () => repairMs,
    explain,
    // Where nothing is to be held, a machine without nft lacks nothing.
    matters: () => selectsPods,
    recovered: 'NetworkPolicies hold again',
  });
  const stopListening = view.onPeersChange((key, members) => {
    const known = touched.get(key) ?? new Set();
    for (const member of members) known.add(member);
    touched.set(key, known);
    upkeep.soon();
  });

  const note = (pod: Pod, podIP: string): void => {
    const before = noted.get(pod.metadata.uid);
    if (pod.spec.hostNetwork || (before?.podIP === podIP && before.pod === pod)) return;
    noted.set(pod.metadata.uid, { pod, podIP });
    if (before?.podIP !== podIP) upkeep.soon();
  };

  return {
    note,
    async admit(pod, podIP) {
      note(pod, podIP);
      if (pod.spec.hostNetwork || !view.synced) return;
      const own = localPods([], new Map([[pod.metadata.uid, { pod, podIP }]]));
      const { ingress, egress } = planLayout(view.networkPolicies(), own);
      if (ingress.size + egress.size > 0) await upkeep.now().catch((error: unknown) => { throw new Error(explain(error), { cause: error }); });
    },
    release(uid) {
      if (noted.delete(uid)) upkeep.soon();
    },
    async [Symbol.asyncDispose]() {
      stopListening();
      await upkeep[Symbol.asyncDispose]();
    },
  };
}

function explain(error: unknown): string {
  return explainFailure(error, { what: 'NetworkPolicies cannot be made to hold on this node', packages: 'nftables', needsRoot: 'packet rules need root' });
}
