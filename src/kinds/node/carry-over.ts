import type { Content } from '../kind.ts';

/** A Node keeps the range of Pod addresses that the cluster gave it. */
export function carryOver(next: Content<'Node'>, previous: Content<'Node'>): Content<'Node'> {
  const { podCIDR, podCIDRs } = previous.spec;
  return next.spec.podCIDR === undefined && podCIDR !== undefined ? { spec: { ...next.spec, podCIDR, podCIDRs } } : next;
}
