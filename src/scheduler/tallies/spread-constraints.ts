import { matchesNodeSelectorTerm } from '../../kinds/pod/node-selector.ts';
import { tolerates } from '../../kinds/pod/tolerations.ts';
import type { Pod, TopologySpreadConstraint } from '../../model/object.ts';
import { controllerOf } from '../../model/owner.ts';
import type { NodeInfo } from '../node-info.ts';
import { livingPodsWith, podsOfController, selectorFor } from './pod-group.ts';
import type { PodGroup } from './pod-group.ts';
import type { Domains } from './pod-tallies.ts';

/** A constraint with what it counts. */
export interface SpreadConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly group: PodGroup;
  readonly domains: Domains;
  /** 1 where the Pod itself is one of those that are counted. */
  readonly self: 0 | 1;
}

/** The constraints of a Pod of one action. */
export interface SpreadConstraints {
  readonly constraints: readonly SpreadConstraint[];
  /** Whether a node must be in a domain of each; without them, Pods of one controller are spread by what labels there are. */
  readonly isExplicit: boolean;
}

/** What spreads the Pods of one controller where they don't say themselves: Kubernetes' own defaults. */
const defaults = [{ topologyKey: 'kubernetes.io/hostname', maxSkew: 3 }, { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5 }] as const;

/** The constraints of a Pod that must be kept (DoNotSchedule), or that should be (ScheduleAnyway). */
export function spreadConstraintsOf(pod: Pod, action: TopologySpreadConstraint['whenUnsatisfiable']): SpreadConstraints {
  const { topologySpreadConstraints = [] } = pod.spec;
  if (topologySpreadConstraints.length === 0) return { isExplicit: false, constraints: action === 'ScheduleAnyway' ? defaultConstraints(pod) : [] };
  const chosen = topologySpreadConstraints.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === action), keys = chosen.map(({ topologyKey }) => topologyKey);
  return { isExplicit: true, constraints: chosen.map((constraint) => explicitConstraint(pod, constraint, keys)) };
}

function defaultConstraints(pod: Pod): readonly SpreadConstraint[] {
  const owner = controllerOf(pod);
  if (!owner) return [];
  return defaults.map(({ topologyKey, maxSkew }) => ({
    topologyKey, maxSkew, minDomains: 1, self: 1, group: podsOfController(owner.uid), domains: { key: topologyKey, domainOf: ({ labels }) => labels[topologyKey] },
  }));
}

function explicitConstraint(pod: Pod, constraint: TopologySpreadConstraint, keys: readonly string[]): SpreadConstraint {
  const { topologyKey, maxSkew, minDomains = 1 } = constraint, { namespace = '', labels } = pod.metadata;
  const group = livingPodsWith(namespace, selectorFor(constraint, labels));
  return { topologyKey, maxSkew, minDomains, group, domains: domainsFor(pod, constraint, keys), self: group.matches(pod) ? 1 : 0 };
}

/** Nodes count where they have all keys, and where the Pod may go as far as the policies say. */
function domainsFor({ spec }: Pod, { topologyKey, nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' }: TopologySpreadConstraint, keys: readonly string[]): Domains {
  const { nodeSelector, tolerations } = spec, wanted = Object.entries(nodeSelector);
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const isAllowed = ({ node, labels }: NodeInfo): boolean => nodeAffinityPolicy === 'Ignore'
    || (wanted.every(([key, value]) => labels[key] === value) && (!terms || terms.some((term) => matchesNodeSelectorTerm(term, node))));
  const isTolerated = ({ hardTaints }: NodeInfo): boolean => nodeTaintsPolicy === 'Ignore' || hardTaints.every((taint) => tolerates(tolerations, taint));
  return {
    key: JSON.stringify([topologyKey, keys, nodeAffinityPolicy === 'Honor' ? [nodeSelector, terms] : 0, nodeTaintsPolicy === 'Honor' ? tolerations : 0]),
    domainOf: (node) => (keys.every((key) => node.labels[key] !== undefined) && isAllowed(node) && isTolerated(node) ? node.labels[topologyKey] : undefined),
  };
}
