import type { LoadBalancerIPClaimInput } from '../../model/object.ts';
import type { Content } from '../kind.ts';

/** A claim says everything itself. */
export function applyDefaults({ spec }: LoadBalancerIPClaimInput): Content<'LoadBalancerIPClaim'> {
  return { spec };
}
