import { checkIp, checkNotEmpty, checkUnchanged } from '../../model/check-values.ts';
import type { FieldError } from '../../model/errors.ts';
import { collectErrors } from '../../model/field.ts';
import type { LoadBalancerIPClaim } from '../../model/object.ts';

/** Everything that is wrong with a claim on an address of the load balancer. */
export function validate({ metadata, spec }: LoadBalancerIPClaim): readonly FieldError[] {
  return collectErrors((root) => {
    checkIp(root.at('metadata').at('name'), metadata.name, 4);
    checkNotEmpty(root.at('spec').at('claimedBy').at('name'), spec.claimedBy.name);
  });
}

/** Everything that is wrong with a change of a claim: it is held by one object for its life. */
export function validateUpdate(next: LoadBalancerIPClaim, previous: LoadBalancerIPClaim): readonly FieldError[] {
  return collectErrors((root) => checkUnchanged(root.at('spec'), next.spec, previous.spec));
}
