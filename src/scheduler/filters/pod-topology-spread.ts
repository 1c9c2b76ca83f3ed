import { onceFor } from '../../lib/once-for.ts';
import type { PodInfo } from '../pod-info.ts';
import { spreadConstraintsOf } from '../tallies/spread-constraints.ts';
import type { Filter } from './filter.ts';

const constraintsOf = onceFor(({ pod }: PodInfo) => spreadConstraintsOf(pod, 'DoNotSchedule').constraints);

/** A node's domain must not be further ahead of the one with the fewest Pods than each of the Pod's constraints (DoNotSchedule) allows. */
export const podTopologySpread: Filter = {
  scope: 'cluster',
  retriedOn: ['pod-left-node', 'pod-on-node-changed', 'node-labels-changed', 'node-taints-changed'],
  prepare: (pod, { tallies }) => {
    const constraints = constraintsOf(pod);
    if (constraints.length === 0) return undefined;
    const asked = constraints.map(({ topologyKey, maxSkew, minDomains, group, domains, self }) => {
      const tally = tallies.tally(group, domains), count = tallies.domainCount(domains);
      return { topologyKey, tally, most: maxSkew - self + (count < minDomains ? 0 : tally.least(count)) };
    });
    return {
      accepts: ({ labels }) => asked.every(({ topologyKey, tally, most }) => labels[topologyKey] !== undefined && tally.in(labels[topologyKey]) <= most),
      explain: ({ labels }) => [`node(s) didn't match pod topology spread constraints${asked.every(({ topologyKey }) => labels[topologyKey] !== undefined) ? '' : ' (missing required label)'}`],
    };
  },
};
