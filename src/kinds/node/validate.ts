import { checkName } from '../../model/check-metadata.ts';
import { checkConditions, checkUnique, isCidr } from '../../model/check-values.ts';
import type { FieldError } from '../../model/errors.ts';
import { checkEach, collectErrors } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { Node, NodeStatus, Taint } from '../../model/object.ts';
import { checkNodeAmounts } from '../pod/validate-resources.ts';

/** Everything that is wrong with a Node. */
export function validate({ spec }: Node): readonly FieldError[] {
  return collectErrors((field) => {
    checkEach(field.at('taints'), spec.taints, checkTaint);
    checkUnique(field.at('taints'), spec.taints, (taint) => `${taint.key}:${taint.effect}`);
    checkPodCidrs(field, spec);
  }, 'spec');
}

/** Everything that is wrong with a change of a Node: its range of Pod addresses and its machine stay what they are once known. */
export function validateUpdate(next: Node, previous: Node): readonly FieldError[] {
  return collectErrors((field) => {
    for (const name of ['podCIDR', 'providerID'] as const) {
      if (previous.spec[name] !== undefined && next.spec[name] !== previous.spec[name]) field.at(name).fail(`is ${previous.spec[name]} and never changes once set; delete the node and let it register again`);
    }
  }, 'spec');
}

/** Everything that is wrong with a status of a Node. */
export function validateStatus(next: NodeStatus): readonly FieldError[] {
  return collectErrors((field) => {
    checkNodeAmounts(field.at('capacity'), next.capacity ?? {});
    checkNodeAmounts(field.at('allocatable'), next.allocatable ?? {});
    checkConditions(field.at('conditions'), next.conditions);
    checkUnique(field.at('addresses'), next.addresses, ({ type, address }) => `${type}/${address}`);
  }, 'status');
}

function checkTaint(field: Field, { key, value = '' }: Taint): void {
  checkName(field.at('key'), 'label-key', key);
  checkName(field.at('value'), 'label-value', value);
}

function checkPodCidrs(field: Field, { podCIDR, podCIDRs = [] }: Node['spec']): void {
  checkEach(field.at('podCIDRs'), podCIDRs, (element, cidr) => {
    if (!isCidr(cidr)) element.fail(`${JSON.stringify(cidr)} must be a range of addresses, such as "10.244.1.0/24"`);
  });
  if (podCIDR !== podCIDRs[0]) field.at('podCIDRs').fail(`must start with podCIDR, ${podCIDR ?? 'which is not set'}`);
}
