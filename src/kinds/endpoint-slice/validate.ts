import { checkName } from '../../model/check-metadata.ts';
import { checkIp, checkPort, checkUnchanged, checkUnique } from '../../model/check-values.ts';
import type { FieldError } from '../../model/errors.ts';
import { checkEach, collectErrors } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../model/object.ts';

const maxEndpoints = 1000;
const maxPorts = 20_000;
const maxAddresses = 100;

/** Everything that is wrong with an EndpointSlice. */
export function validate({ addressType, endpoints, ports }: EndpointSlice): readonly FieldError[] {
  return collectErrors((root) => {
    checkLength(root.at('endpoints'), endpoints, maxEndpoints);
    checkEach(root.at('endpoints'), endpoints, (element, endpoint) => checkEndpoint(element, endpoint, addressType));
    checkLength(root.at('ports'), ports, maxPorts);
    checkEach(root.at('ports'), ports, checkEndpointPort);
    checkUnique(root.at('ports'), ports, (port) => port.name, 'name');
  });
}

/** Everything that is wrong with a change of an EndpointSlice. */
export function validateUpdate(next: EndpointSlice, previous: EndpointSlice): readonly FieldError[] {
  return collectErrors((root) => checkUnchanged(root.at('addressType'), next.addressType, previous.addressType));
}

function checkEndpoint(field: Field, endpoint: Endpoint, addressType: EndpointSlice['addressType']): void {
  if (endpoint.addresses.length === 0) field.at('addresses').fail('must have at least one address');
  checkLength(field.at('addresses'), endpoint.addresses, maxAddresses);
  checkEach(field.at('addresses'), endpoint.addresses, (element, address) => checkAddress(element, address, addressType));
  if (endpoint.hostname !== undefined) checkName(field.at('hostname'), 'dns-label', endpoint.hostname);
  if (endpoint.nodeName !== undefined) checkName(field.at('nodeName'), 'dns-subdomain', endpoint.nodeName);
}

function checkAddress(field: Field, address: string, addressType: EndpointSlice['addressType']): void {
  if (addressType === 'FQDN') return checkName(field, 'dns-subdomain', address);
  checkIp(field, address, addressType === 'IPv4' ? 4 : 6);
  checkReachable(field, address);
}

/** Reports an address that means another machine, or none, wherever it is used. */
export function checkReachable(field: Field, address: string): void {
  if (/^(127\.|169\.254\.|0\.0\.0\.0$|fe[89ab].:|::1?$)/i.test(address)) field.fail(`${JSON.stringify(address)} must be an address that other nodes can reach, not of this machine alone`);
}

/** Reports what is wrong with one port of endpoints. */
export function checkEndpointPort(field: Field, { name, port }: EndpointPort): void {
  if (name !== '') checkName(field.at('name'), 'dns-label', name);
  checkPort(field.at('port'), port);
}

function checkLength(field: Field, list: readonly unknown[], max: number): void {
  if (list.length > max) field.fail(`has ${list.length} elements; must have at most ${max}`);
}
