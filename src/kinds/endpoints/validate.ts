import { checkName } from '../../model/check-metadata.ts';
import { checkIp, checkUnique } from '../../model/check-values.ts';
import type { FieldError } from '../../model/errors.ts';
import { checkEach, collectErrors } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints } from '../../model/object.ts';
import { checkEndpointPort, checkReachable } from '../endpoint-slice/validate.ts';

/** Everything that is wrong with Endpoints. */
export function validate({ subsets }: Endpoints): readonly FieldError[] {
  return collectErrors((root) => checkEach(root.at('subsets'), subsets, checkSubset));
}

/** Everything about Endpoints may change. */
export function validateUpdate(): readonly FieldError[] {
  return [];
}

function checkSubset(field: Field, { addresses, notReadyAddresses, ports }: EndpointSubset): void {
  if (addresses.length + notReadyAddresses.length === 0) field.fail('must have addresses or notReadyAddresses; leave the element out where there are none');
  checkEach(field.at('addresses'), addresses, checkAddress);
  checkEach(field.at('notReadyAddresses'), notReadyAddresses, checkAddress);
  checkEach(field.at('ports'), ports, (element, port) => checkPort(element, port, ports.length));
  checkUnique(field.at('ports'), ports, ({ name }) => name || undefined, 'name');
}

function checkAddress(field: Field, { ip, hostname, nodeName }: EndpointAddress): void {
  checkIp(field.at('ip'), ip);
  checkReachable(field.at('ip'), ip);
  if (hostname !== undefined) checkName(field.at('hostname'), 'dns-label', hostname);
  if (nodeName !== undefined) checkName(field.at('nodeName'), 'dns-subdomain', nodeName);
}

function checkPort(field: Field, port: EndpointPort, ports: number): void {
  checkEndpointPort(field, port);
  if (port.port === undefined) field.at('port').fail('is required; must be the number at which the addresses answer');
  if (port.name === '' && ports > 1) field.at('name').fail('is required where there are several ports');
}
