import { isKind } from '../../model/object.ts';
import type { Node, StoredObject } from '../../model/object.ts';
import type { AdmissionContext, AdmissionRule } from './admission-rule.ts';
import { isUnclaimed, settleClaims } from './claims.ts';
import { contains, formatAddress, parseRange } from './ipv4.ts';
import type { Range } from './ipv4.ts';

/** Addresses of one node: a /24. */
const nodeRangeSize = 256;

/** Gives every Node a range of Pod addresses of its own for as long as it exists: the one it proposes where that is free and in the cluster's range, else the next free /24. */
export const nodePodCIDR: AdmissionRule = {
  name: 'node-pod-cidr',
  kinds: ['Node'],
  admit(entry, context) {
    const held = entry.before && isKind(entry.before, 'Node') && entry.before.spec.podCIDR ? [claimName(entry.before.spec.podCIDR)] : [];
    const node = entry.after && isKind(entry.after, 'Node') ? entry.after : undefined;
    if (!node) {
      settleClaims(entry.last, 'PodCIDRClaim', [], held, context, entry.change);
      return {};
    }
    if (held.length > 0) return {};
    const podCIDR = proposed(node, context) ?? nextFree(context);
    if (podCIDR === undefined) return { errors: [{ path: 'spec.podCIDR', message: `no range of ${nodeRangeSize} addresses is free in ${context.config.podCIDR}` }] };
    settleClaims(node as StoredObject, 'PodCIDRClaim', [claimName(podCIDR)], held, context, entry.change);
    return { object: { ...node, spec: { ...node.spec, podCIDR, podCIDRs: [podCIDR] } } as StoredObject };
  },
};

/** The name of the claim on a range: `10.244.1.0-24`. */
export function claimName(range: string): string {
  return range.replace('/', '-');
}

function proposed(node: Node, context: AdmissionContext): string | undefined {
  const range = parseRange(node.spec.podCIDR ?? ''), cluster = parseRange(context.config.podCIDR);
  if (!range || !cluster || !contains(cluster, range) || !isFree(range, context)) return undefined;
  return node.spec.podCIDR;
}

function nextFree(context: AdmissionContext): string | undefined {
  const cluster = parseRange(context.config.podCIDR);
  if (!cluster) return undefined;
  const claimed = claimedRanges(context);
  const single = new Set(claimed.filter(({ size }) => size === nodeRangeSize).map(({ first }) => first)), others = claimed.filter(({ size }) => size !== nodeRangeSize);
  for (let first = cluster.first; first + nodeRangeSize <= cluster.first + cluster.size; first += nodeRangeSize) {
    const range = { first, size: nodeRangeSize };
    if (!single.has(first) && !others.some((each) => overlaps(each, range)) && isUnclaimed('PodCIDRClaim', nameOf(range), context)) return `${formatAddress(first)}/24`;
  }
  return undefined;
}

/** Free: not claimed itself, and no claimed range within it or around it. */
function isFree(range: Range, context: AdmissionContext): boolean {
  return isUnclaimed('PodCIDRClaim', nameOf(range), context) && !claimedRanges(context).some((claimed) => overlaps(claimed, range));
}

function nameOf({ first, size }: Range): string {
  return `${formatAddress(first)}-${32 - Math.log2(size)}`;
}

function overlaps(one: Range, other: Range): boolean {
  return contains(one, other) || contains(other, one);
}

/** Ranges of claims, which never change: read once each, however many nodes join. */
const rangesRead = new WeakMap<object, Range | undefined>();

function claimedRanges({ staging }: AdmissionContext): readonly Range[] {
  const ranges: Range[] = [];
  for (const claim of staging.list('PodCIDRClaim')) {
    if (!rangesRead.has(claim)) rangesRead.set(claim, parseRange(claim.metadata.name.replace('-', '/')));
    const range = rangesRead.get(claim);
    if (range) ranges.push(range);
  }
  return ranges;
}
