import { checkName } from '../../model/check-metadata.ts';
import { checkPort, checkUnique } from '../../model/check-values.ts';
import { checkEach } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { ServicePort, ServiceSpec } from '../../model/object.ts';
import { checkPortReference } from '../pod/validate-port.ts';
import { isHeadless } from './service-address.ts';

/** Reports what is wrong with what a Service listens on. */
export function checkServicePorts(field: Field, spec: ServiceSpec): void {
  const { ports, type } = spec;
  if (ports.length === 0 && type !== 'ExternalName' && !isHeadless(spec)) field.fail('must have at least one port; only a headless or ExternalName Service does without');
  checkEach(field, ports, (element, port) => checkServicePort(element, port, spec));
  checkUnique(field, ports, (port) => port.name, 'name');
  checkUnique(field, ports, (port) => `${port.port}/${port.protocol}`);
  checkUnique(field, ports, (port) => (port.nodePort === undefined ? undefined : `${port.nodePort}/${port.protocol}`), 'nodePort');
}

function checkServicePort(field: Field, port: ServicePort, { ports, type }: ServiceSpec): void {
  if (port.name !== undefined && port.name !== '') checkName(field.at('name'), 'dns-label', port.name);
  else if (ports.length > 1) field.at('name').fail('is required where a Service has several ports');
  checkPort(field.at('port'), port.port);
  checkPortReference(field.at('targetPort'), port.targetPort);
  checkPort(field.at('nodePort'), port.nodePort);
  if (port.nodePort !== undefined && type !== 'NodePort' && type !== 'LoadBalancer') field.at('nodePort').fail(`must be left out with type ${type}; only NodePort and LoadBalancer have it`);
  if (port.appProtocol !== undefined) checkName(field.at('appProtocol'), 'label-key', port.appProtocol);
}
