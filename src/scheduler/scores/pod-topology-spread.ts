import { onceFor } from '../../lib/once-for.ts';
import type { PodInfo } from '../pod-info.ts';
import { spreadConstraintsOf } from '../tallies/spread-constraints.ts';
import { nothingToSay } from './score.ts';
import type { Score } from './score.ts';

const constraintsOf = onceFor(({ pod }: PodInfo) => spreadConstraintsOf(pod, 'ScheduleAnyway'));

/** Prefers nodes in whose domains are the fewest Pods like this one: by its constraints (ScheduleAnyway), or where it has none by its controller, over nodes and zones. */
export const podTopologySpread: Score = {
  scope: 'cluster',
  weight: 2,
  normalize: 'even',
  prepare: (pod, { tallies }) => {
    const { constraints, isExplicit } = constraintsOf(pod);
    if (constraints.length === 0) return undefined;
    const asked = constraints.map(({ topologyKey, maxSkew, group, domains }) => ({
      topologyKey, maxSkew, tally: tallies.tally(group, domains), weight: Math.log(tallies.domainCount(domains) + 2),
    }));
    return ({ labels }) => {
      let sum = 0;
      for (const { topologyKey, maxSkew, tally, weight } of asked) {
        const domain = labels[topologyKey];
        if (domain !== undefined) sum += tally.in(domain) * weight + maxSkew - 1;
        else if (isExplicit) return nothingToSay;
      }
      return sum;
    };
  },
};
