import { checkNotEmpty, checkUnchanged } from '../../model/check-values.ts';
import type { FieldError } from '../../model/errors.ts';
import { collectErrors } from '../../model/field.ts';
import type { NodePortClaim } from '../../model/object.ts';

/** Everything that is wrong with a claim on a port of every node. */
export function validate({ metadata, spec }: NodePortClaim): readonly FieldError[] {
  return collectErrors((root) => {
    const isPort = /^[1-9][0-9]{0,4}$/.test(metadata.name) && Number(metadata.name) <= 65_535;
    if (!isPort) root.at('metadata').at('name').fail(`${JSON.stringify(metadata.name)} must be the claimed port, 1 to 65535, such as "30080"`);
    checkNotEmpty(root.at('spec').at('claimedBy').at('name'), spec.claimedBy.name);
  });
}

/** Everything that is wrong with a change of a claim: it is held by one object for its life. */
export function validateUpdate(next: NodePortClaim, previous: NodePortClaim): readonly FieldError[] {
  return collectErrors((root) => checkUnchanged(root.at('spec'), next.spec, previous.spec));
}
