import type { ClusterFacts } from '../cluster-facts.ts';
import type { NodeInfo } from '../node-info.ts';
import { affinityTermsOf, commonGroup, hasAffinity } from '../tallies/affinity-terms.ts';
import type { AffinityTerm } from '../tallies/affinity-terms.ts';
import type { PodInfo } from '../pod-info.ts';
import type { Tally } from '../tallies/tally.ts';
import type { Filter, Refusal } from './filter.ts';

interface Counted {
  readonly topologyKey: string;
  readonly tally: Tally;
}

/** A Pod goes where the Pods are that it must be near to, where those are not that it must be away from, and not where a Pod is that must be away from it. */
export const interPodAffinity: Filter = {
  scope: 'cluster',
  retriedOn: ['pod-left-node', 'pod-on-node-changed', 'node-labels-changed'],
  prepare: (info, facts) => {
    const { pod } = info, { tallies } = facts;
    const { near, away } = hasAffinity(pod) ? affinityTermsOf(pod, facts.namespaces) : nothing;
    const unwelcome: readonly Counted[] = facts.heldTerms.matching(pod).filter(({ type }) => type === 'away');
    if (near.length + away.length + unwelcome.length === 0) return undefined;
    const isNear = nearness(near, info, facts);
    const avoided = away.map(({ topologyKey, group, domains }): Counted => ({ topologyKey, tally: tallies.tally(group, domains) }));
    const has = ({ labels }: NodeInfo) => ({ topologyKey, tally }: Counted): boolean => tally.in(labels[topologyKey]) > 0;
    return {
      accepts: (node) => isNear(node) && !avoided.some(has(node)) && !unwelcome.some(has(node)),
      explain: (node): Refusal => {
        if (!isNear(node)) return ["node(s) didn't match pod affinity rules"];
        return [avoided.some(has(node)) ? "node(s) didn't match pod anti-affinity rules" : "node(s) didn't satisfy existing pods anti-affinity rules"];
      },
    };
  },
};

const nothing = { near: [], away: [] } as const;

/** Whether a node is near to the Pods that must be near: in every term's domain there is a Pod that matches all terms. Where there is none anywhere, a Pod that matches its own terms is the first. */
function nearness(near: readonly AffinityTerm[], { pod }: PodInfo, { tallies }: ClusterFacts): (node: NodeInfo) => boolean {
  const [first, ...others] = near;
  if (!first) return () => true;
  const group = commonGroup([first.group, ...others.map((term) => term.group)]);
  const wanted = near.map(({ topologyKey, domains }): Counted => ({ topologyKey, tally: tallies.tally(group, domains) }));
  const isFirst = wanted.every(({ tally }) => tally.total === 0) && group.matches(pod);
  return ({ labels }) => wanted.every(({ topologyKey, tally }) => labels[topologyKey] !== undefined && (isFirst || tally.in(labels[topologyKey]) > 0));
}
