import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { NodeInput, NodeStatus } from '../../model/object.ts';
import type { Content } from '../kind.ts';

/** Fills a Node. The range of Pod addresses stands both as one and as a list. */
export function applyDefaults({ spec = {} }: NodeInput): Content<'Node'> {
  const podCIDR = spec.podCIDR ?? spec.podCIDRs?.[0];
  return {
    spec: withoutUndefined({
      ...spec,
      podCIDR,
      podCIDRs: spec.podCIDRs ?? (podCIDR === undefined ? undefined : [podCIDR]),
      unschedulable: spec.unschedulable ?? false,
      taints: spec.taints ?? [],
    }),
  };
}

/** Nothing is known of a new Node until its agent reports. */
export function initialStatus(): NodeStatus {
  return { conditions: [], addresses: [], images: [] };
}
