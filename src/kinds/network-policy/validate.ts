import { checkLabelSelector } from '../../model/check-selector.ts';
import { isCidr } from '../../model/check-values.ts';
import type { FieldError } from '../../model/errors.ts';
import { checkEach, collectErrors } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../model/object.ts';
import { checkPortReference } from '../pod/validate-port.ts';
import { isRangeWithin } from './range.ts';

/** Everything that is wrong with a NetworkPolicy. */
export function validate({ spec }: NetworkPolicy): readonly FieldError[] {
  return collectErrors((field) => {
    checkLabelSelector(field.at('podSelector'), spec.podSelector);
    if (spec.policyTypes.length > 2) field.at('policyTypes').fail(`has ${spec.policyTypes.length} elements; there are only Ingress and Egress`);
    checkEach(field.at('ingress'), spec.ingress, (rule, { from, ports }) => checkRule(rule, 'from', from, ports));
    checkEach(field.at('egress'), spec.egress, (rule, { to, ports }) => checkRule(rule, 'to', to, ports));
  }, 'spec');
}

/** Everything about a NetworkPolicy may change. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}

function checkRule(rule: Field, name: 'from' | 'to', peers: readonly NetworkPolicyPeer[], ports: readonly NetworkPolicyPort[]): void {
  checkEach(rule.at(name), peers, checkPeer);
  checkEach(rule.at('ports'), ports, checkPolicyPort);
}

function checkPeer(field: Field, { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer): void {
  if (podSelector) checkLabelSelector(field.at('podSelector'), podSelector);
  if (namespaceSelector) checkLabelSelector(field.at('namespaceSelector'), namespaceSelector);
  if (ipBlock) checkBlock(field.at('ipBlock'), ipBlock);
  if (!podSelector && !namespaceSelector && !ipBlock) field.fail('must have podSelector, namespaceSelector, both of them, or ipBlock; leave the list of peers out to allow any');
  if (ipBlock && (podSelector ?? namespaceSelector)) field.at('ipBlock').fail('must stand alone: a range of addresses is another peer than Pods; make two elements of the list');
}

function checkBlock(field: Field, { cidr, except }: IPBlock): void {
  const isRange = checkCidr(field.at('cidr'), cidr);
  checkEach(field.at('except'), except, (element, hole) => {
    if (checkCidr(element, hole) && isRange && !isRangeWithin(hole, cidr)) element.fail(`${JSON.stringify(hole)} must lie inside ${cidr} and be smaller`);
  });
}

function checkCidr(field: Field, text: string): boolean {
  if (!isCidr(text)) field.fail(`${JSON.stringify(text)} must be a range of addresses, such as 192.0.2.0/24`);
  return isCidr(text);
}

function checkPolicyPort(field: Field, { port, endPort }: NetworkPolicyPort): void {
  if (port !== undefined) checkPortReference(field.at('port'), port);
  if (endPort === undefined) return;
  if (typeof port !== 'number') field.at('endPort').fail(`must be left out where port is ${port === undefined ? 'left out' : 'a name'}: a span begins with a number`);
  else if (endPort < port || endPort > 65_535) field.at('endPort').fail(`is ${endPort}; must be from ${port}, the port, to 65535`);
}
