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
  const starts = cluster ? Array.from({ length: Math.floor(cluster.size / nodeRangeSize) }, (_, i) => cluster.first + i * nodeRangeSize) : [];
  const first = starts.find((start) => isFree({ first: start, size: nodeRangeSize }, context));
  return first === undefined ? undefined : `${formatAddress(first)}/24`;
}

/** Free: not claimed itself, and no claimed range within it or around it. */
function isFree(range: Range, context: AdmissionContext): boolean {
  const prefix = 32 - Math.log2(range.size);
  if (!isUnclaimed('PodCIDRClaim', `${formatAddress(range.first)}-${prefix}`, context)) return false;
  return !context.staging.list('PodCIDRClaim').some((claim) => {
    const claimed = parseRange(claim.metadata.name.replace('-', '/'));
    return claimed !== undefined && (contains(claimed, range) || contains(range, claimed));
  });
}
