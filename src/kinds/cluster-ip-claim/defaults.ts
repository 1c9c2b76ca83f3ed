import type { ClusterIPClaimInput } from '../../model/object.ts';
import type { Content } from '../kind.ts';

/** A claim says everything itself. */
export function applyDefaults({ spec }: ClusterIPClaimInput): Content<'ClusterIPClaim'> {
  return { spec };
}
