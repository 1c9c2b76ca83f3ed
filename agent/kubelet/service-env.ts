import type { Service } from '../../src/model/object.ts';

/** One environment variable, resolved. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

const prefixOf = (name: string): string => name.toUpperCase().replaceAll('-', '_');

function hasAddress(service: Service): boolean {
  const { clusterIP, type } = service.spec;
  return type !== 'ExternalName' && clusterIP !== undefined && clusterIP !== '' && clusterIP !== 'None';
}

/** The variables of one Service, in the form that Docker's links had: the seven names for every Service with a port. */
export function serviceVariables(service: Service): readonly Variable[] {
  const prefix = prefixOf(service.metadata.name);
  const host = service.spec.clusterIP ?? '';
  const [first] = service.spec.ports;
  if (!first) return [];
  const variables: Variable[] = [
    { name: `${prefix}_SERVICE_HOST`, value: host },
    { name: `${prefix}_SERVICE_PORT`, value: String(first.port) },
    ...service.spec.ports.flatMap((port) => (port.name ? [{ name: `${prefix}_SERVICE_PORT_${prefixOf(port.name)}`, value: String(port.port) }] : [])),
    { name: `${prefix}_PORT`, value: `${first.protocol.toLowerCase()}://${host}:${first.port}` },
  ];
  for (const { port, protocol } of service.spec.ports) {
    const base = `${prefix}_PORT_${port}_${protocol}`;
    const name = protocol.toLowerCase();
    variables.push(
      { name: base, value: `${name}://${host}:${port}` },
      { name: `${base}_PROTO`, value: name },
      { name: `${base}_PORT`, value: String(port) },
      { name: `${base}_ADDR`, value: host },
    );
  }
  return variables;
}

/**
 * What a Pod is told of Services that exist when its container starts: those of its namespace, unless it wants none, and always
 * `kubernetes` of `default`, unless its namespace has one by that name. Only Services with an address of their own.
 */
export function planServiceEnv(services: readonly Service[], namespace: string, enableServiceLinks: boolean): readonly Variable[] {
  const isMaster = ({ metadata }: Service): boolean => metadata.namespace === 'default' && metadata.name === 'kubernetes';
  const own = services.filter((service) => enableServiceLinks && service.metadata.namespace === namespace && !isMaster(service));
  const chosen = new Map([...services.filter(isMaster), ...own].filter(hasAddress).map((service) => [service.metadata.name, service]));
  return [...chosen.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)).flatMap(serviceVariables);
}
