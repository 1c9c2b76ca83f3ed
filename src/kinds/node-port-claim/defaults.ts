import type { NodePortClaimInput } from '../../model/object.ts';
import type { Content } from '../kind.ts';

/** A claim says everything itself. */
export function applyDefaults({ spec }: NodePortClaimInput): Content<'NodePortClaim'> {
  return { spec };
}
