import type { PodCIDRClaimInput } from '../../model/object.ts';
import type { Content } from '../kind.ts';

/** A claim says everything itself. */
export function applyDefaults({ spec }: PodCIDRClaimInput): Content<'PodCIDRClaim'> {
  return { spec };
}
