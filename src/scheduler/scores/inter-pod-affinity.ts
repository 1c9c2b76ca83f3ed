import { affinityTermsOf, hasAffinity } from '../tallies/affinity-terms.ts';
import type { AffinityTerms } from '../tallies/affinity-terms.ts';
import type { Tally } from '../tallies/tally.ts';
import type { Score } from './score.ts';

interface Weighed {
  readonly topologyKey: string;
  readonly tally: Tally;
  /** For each Pod in the node's domain. */
  readonly weight: number;
}

/** In which direction Pods on nodes pull a Pod that they mean; that they must be away from it is the filter's. */
const pull: { readonly [T in keyof AffinityTerms]: number } = { near: 1, ratherNear: 1, ratherAway: -1, away: 0 };

/** Prefers nodes near to the Pods that a Pod would rather be near to, and that would rather be near to it, by the terms' weights; and nodes far from the others. */
export const interPodAffinity: Score = {
  scope: 'cluster',
  weight: 2,
  normalize: 'range',
  prepare: ({ pod }, { tallies, heldTerms, namespaces }) => {
    const held = heldTerms.matching(pod).filter(({ type }) => pull[type] !== 0).map(({ topologyKey, tally, weight, type }): Weighed => ({ topologyKey, tally, weight: weight * pull[type] }));
    const { ratherNear, ratherAway } = hasAffinity(pod) ? affinityTermsOf(pod, namespaces) : nothing;
    const own = (terms: AffinityTerms['ratherNear'], sign: 1 | -1) => terms.map(({ topologyKey, group, domains, weight }): Weighed => ({ topologyKey, tally: tallies.tally(group, domains), weight: weight * sign }));
    const weighed = [...held, ...own(ratherNear, 1), ...own(ratherAway, -1)];
    if (weighed.length === 0) return undefined;
    return ({ labels }) => {
      let sum = 0;
      for (const { topologyKey, tally, weight } of weighed) sum += weight * tally.in(labels[topologyKey]);
      return sum;
    };
  },
};

const nothing = { ratherNear: [], ratherAway: [] } as const;
