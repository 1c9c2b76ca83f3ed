import { checkNotEmpty, checkUnchanged, isCidr } from '../../model/check-values.ts';
import type { FieldError } from '../../model/errors.ts';
import { collectErrors } from '../../model/field.ts';
import type { PodCIDRClaim } from '../../model/object.ts';

/** Everything that is wrong with a claim on a range of Pod addresses. */
export function validate({ metadata, spec }: PodCIDRClaim): readonly FieldError[] {
  return collectErrors((root) => {
    if (!isCidr(metadata.name.replace('-', '/'))) root.at('metadata').at('name').fail(`${JSON.stringify(metadata.name)} must be the claimed range with a dash for the slash, such as "10.244.1.0-24"`);
    checkNotEmpty(root.at('spec').at('claimedBy').at('name'), spec.claimedBy.name);
  });
}

/** Everything that is wrong with a change of a claim: it is held by one object for its life. */
export function validateUpdate(next: PodCIDRClaim, previous: PodCIDRClaim): readonly FieldError[] {
  return collectErrors((root) => checkUnchanged(root.at('spec'), next.spec, previous.spec));
}
