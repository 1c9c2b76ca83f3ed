import { hasHealthCheck } from '../../kinds/service/has-health-check.ts';
import { fraction } from '../../lib/random.ts';
import { isKind } from '../../model/object.ts';
import type { FieldError } from '../../model/errors.ts';
import type { Service, ServicePort, StoredObject } from '../../model/object.ts';
import type { Entry } from '../staging.ts';
import type { Admitted, AdmissionContext, AdmissionRule } from './admission-rule.ts';
import { chooseOffset, portBands } from './bands.ts';
import { isUnclaimed, settleClaims } from './claims.ts';

/**
 * Gives every port of a Service that is open on the nodes a node port of its own, and a port for health checks to one that has them: the one it asks for, or a
 * free one from the upper band. Ports are given back when the type or the port list no longer has them. TCP and UDP of one Service may share a number that it
 * asks for. A LoadBalancer that wants no node ports keeps those that it names.
 */
export const serviceNodePorts: AdmissionRule = {
  name: 'service-node-ports',
  kinds: ['Service'],
  admit(entry, context) {
    const service = entry.after && isKind(entry.after, 'Service') ? entry.after : undefined;
    const held = entry.before && isKind(entry.before, 'Service') ? portsOf(entry.before) : [];
    if (service && (service.spec.type === 'NodePort' || service.spec.type === 'LoadBalancer')) return claim(service, held, entry, context);
    settleClaims(entry.last, 'NodePortClaim', [], held, context, entry.change);
    return {};
  },
};

/** One wish for a port. `port` is absent where any will do. */
interface Wish {
  readonly path: string;
  readonly port: number | undefined;
}

function claim(service: Service, held: readonly string[], entry: Entry, context: AdmissionContext): Admitted {
  const errors: FieldError[] = [];
  const [first, last] = context.config.nodePortRange;
  const isInRange = (port: number) => port >= first && port <= last;
  const fail = (path: string, message: string) => errors.push({ path, message });
  const wishes = wishesOf(service);
  for (const { path, port } of wishes) if (port && !isInRange(port)) fail(path, `${port} is not in the range of node ports, ${first} to ${last}`);
  const chosen = choosePorts(wishes, context, fail);
  const wanted = [...new Set([...chosen.values()].filter(isInRange).map(String))];
  const taken = settleClaims(service as StoredObject, 'NodePortClaim', wanted, held, context, entry.change);
  for (const [path, port] of chosen) if (taken.includes(String(port))) fail(path, `${port}: provided port is already allocated`);
  return errors.length > 0 ? { errors } : { object: withPorts(service, chosen) };
}

function wishesOf({ spec }: Service): readonly Wish[] {
  const isAllocated = spec.type === 'NodePort' || spec.allocateLoadBalancerNodePorts !== false;
  return [
    ...spec.ports.map(({ nodePort }, i): Wish => ({ path: pathOf(i), port: nodePort })).filter(({ port }) => isAllocated || port),
    ...(hasHealthCheck(spec) ? [{ path: healthCheckPath, port: spec.healthCheckNodePort }] : []),
  ];
}

const healthCheckPath = 'spec.healthCheckNodePort';
const pathOf = (position: number): string => `spec.ports[${position}].nodePort`;

/** A port for every wish, by its path; where none is free the wish has none. */
function choosePorts(wishes: readonly Wish[], context: AdmissionContext, fail: (path: string, message: string) => void): ReadonlyMap<string, number> {
  const [first, last] = context.config.nodePortRange;
  const used = new Set(wishes.map(({ port }) => port));
  const chosen = new Map<string, number>();
  for (const { path, port } of wishes) {
    const offset = port ? port - first : chooseOffset(portBands(last - first + 1), fraction(context.random), (each) => !used.has(first + each) && isUnclaimed('NodePortClaim', String(first + each), context));
    if (offset === undefined) fail(path, `no node port is free from ${first} to ${last}`);
    else {
      used.add(first + offset);
      chosen.set(path, first + offset);
    }
  }
  return chosen;
}

function portsOf({ spec }: Service): readonly string[] {
  const all = [...spec.ports.map(({ nodePort }) => nodePort), spec.healthCheckNodePort];
  return [...new Set(all.flatMap((port) => (port ? [String(port)] : [])))];
}

function withPorts(service: Service, chosen: ReadonlyMap<string, number>): StoredObject {
  const withPort = (port: ServicePort, nodePort: number | undefined): ServicePort => (nodePort === undefined ? port : { ...port, nodePort });
  const healthCheckNodePort = chosen.get(healthCheckPath);
  return { ...service, spec: { ...service.spec, ports: service.spec.ports.map((port, i) => withPort(port, chosen.get(pathOf(i)))), ...(healthCheckNodePort === undefined ? {} : { healthCheckNodePort }) } } as StoredObject;
}
