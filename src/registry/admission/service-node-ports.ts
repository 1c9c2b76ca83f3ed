import { fraction } from '../../lib/random.ts';
import { isKind } from '../../model/object.ts';
import type { FieldError } from '../../model/errors.ts';
import type { Service, ServicePort, StoredObject } from '../../model/object.ts';
import type { Entry } from '../staging.ts';
import type { Admitted, AdmissionContext, AdmissionRule } from './admission-rule.ts';
import { chooseOffset, portBands } from './bands.ts';
import { isUnclaimed, settleClaims } from './claims.ts';

/**
 * Gives every port of a Service that is open on the nodes a node port of its own: the one it asks for, or a free one from the upper band.
 * Ports are given back when the type or the port list no longer has them. TCP and UDP of one Service may share a number that it asks for.
 */
export const serviceNodePorts: AdmissionRule = {
  name: 'service-node-ports',
  kinds: ['Service'],
  admit(entry, context) {
    const service = entry.after && isKind(entry.after, 'Service') ? entry.after : undefined;
    const held = [...new Set(portsOf(entry.before).flatMap(({ nodePort }) => (nodePort ? [String(nodePort)] : [])))];
    if (service && isOpenOnNodes(service)) return claim(service, held, entry, context);
    settleClaims(entry.last, 'NodePortClaim', [], held, context, entry.change);
    return {};
  },
};

function isOpenOnNodes({ spec }: Service): boolean {
  return spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
}

function claim(service: Service, held: readonly string[], entry: Entry, context: AdmissionContext): Admitted {
  const errors: FieldError[] = [];
  const [first, last] = context.config.nodePortRange;
  const { ports } = service.spec;
  const fail = (position: number, message: string) => errors.push({ path: `spec.ports[${position}].nodePort`, message });
  ports.forEach(({ nodePort }, i) => { if (nodePort && (nodePort < first || nodePort > last)) fail(i, `${nodePort} is not in the range of node ports, ${first} to ${last}`); });
  const chosen = choosePorts(ports, context, fail);
  const wanted = [...new Set(chosen.flatMap(({ nodePort }) => (nodePort && nodePort >= first && nodePort <= last ? [String(nodePort)] : [])))];
  const taken = settleClaims(service as StoredObject, 'NodePortClaim', wanted, held, context, entry.change);
  chosen.forEach(({ nodePort }, i) => { if (taken.includes(String(nodePort))) fail(i, `${nodePort}: provided port is already allocated`); });
  return errors.length > 0 ? { errors } : { object: withPorts(service, chosen) };
}

function choosePorts(ports: readonly ServicePort[], context: AdmissionContext, fail: (position: number, message: string) => void): readonly ServicePort[] {
  const [first, last] = context.config.nodePortRange;
  const used = new Set(ports.map(({ nodePort }) => nodePort));
  return ports.map((port, i) => {
    if (port.nodePort) return port;
    const offset = chooseOffset(portBands(last - first + 1), fraction(context.random), (each) => !used.has(first + each) && isUnclaimed('NodePortClaim', String(first + each), context));
    if (offset === undefined) fail(i, `no node port is free from ${first} to ${last}`);
    else used.add(first + offset);
    return offset === undefined ? port : { ...port, nodePort: first + offset };
  });
}

function portsOf(object: StoredObject | undefined): readonly ServicePort[] {
  return object && isKind(object, 'Service') ? object.spec.ports : [];
}

function withPorts(service: Service, ports: readonly ServicePort[]): StoredObject {
  return { ...service, spec: { ...service.spec, ports } } as StoredObject;
}
