import { checkName } from '../../model/check-metadata.ts';
import { checkIp, checkPort, checkUnique } from '../../model/check-values.ts';
import { checkEach } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { ContainerPort, PodSpec } from '../../model/object.ts';
import { hostPortsConflict, podHostPorts } from './host-ports.ts';

/** Reports what is wrong with the ports of one container. */
export function checkPorts(field: Field, ports: readonly ContainerPort[], isHostNetwork: boolean): void {
  checkEach(field, ports, (element, port) => checkContainerPort(element, port, isHostNetwork));
  checkUnique(field, ports, (port) => port.name, 'name');
  checkUnique(field, ports, (port) => `${port.containerPort}/${port.protocol}`);
}

/** Reports ports of the node that the Pod asks for twice. */
export function checkHostPorts(field: Field, spec: PodSpec): void {
  const wanted = podHostPorts({ spec });
  wanted.forEach((port, position) => {
    if (wanted.slice(0, position).some((earlier) => hostPortsConflict(earlier, port))) field.fail(`ask for port ${port.port}/${port.protocol} of the node more than once; each may be taken once`);
  });
}

/** Reports a reference to a port, by number or by name. */
export function checkPortReference(field: Field, port: number | string): void {
  if (typeof port === 'number') checkPort(field, port);
  else if (/^[0-9]+$/.test(port)) field.fail(`${JSON.stringify(port)} must be a number without quotes, or the name of a port`);
  else checkName(field, 'port-name', port);
}

function checkContainerPort(field: Field, port: ContainerPort, isHostNetwork: boolean): void {
  if (port.name !== undefined) checkName(field.at('name'), 'port-name', port.name);
  checkPort(field.at('containerPort'), port.containerPort);
  checkPort(field.at('hostPort'), port.hostPort);
  if (port.hostIP !== undefined && port.hostIP !== '') checkIp(field.at('hostIP'), port.hostIP);
  if (isHostNetwork && port.hostPort !== port.containerPort) field.at('hostPort').fail(`is ${port.hostPort ?? 'not set'}; must equal containerPort, ${port.containerPort}, because the Pod is on the node's network`);
}
