import { isInRange } from './cidr.ts';
import { backendsByFront } from './plan-forget.ts';
import type { NodeFacts, Ruleset } from './ruleset.ts';

/** A TCP connection that the kernel remembers: what the client asked for, and the backend, `address . port`, that it was sent to. */
export interface Connection {
  readonly address: string;
  readonly port: number;
  readonly backend: string;
}

/**
 * The ways to backends that a new client would not be sent to any more, each once. `connections` are those that were never answered, or were reset: nothing is lost with
 * them, but while the kernel remembers one, the next connection from the same port of the client goes the same way.
 */
export function planStuck(connections: readonly Connection[], rules: Ruleset, { serviceCIDR }: Pick<NodeFacts, 'serviceCIDR'>): readonly Connection[] {
  const byAddress = [rules.backends, rules.outside_backends].map(backendsByFront), byPort = [rules.port_backends, rules.outside_port_backends].map(backendsByFront);
  const stuck = connections.filter(({ address, port, backend }) => {
    if (backend === `${address} . ${port}`) return false;
    const front = `${address} . tcp . ${port}`, ofNode = `tcp . ${port}`;
    if (isInRange(address, serviceCIDR) || rules.addresses.has(front) || rules.unserved.has(front)) return !byAddress.some((fronts) => fronts.get(front)?.has(backend));
    return (rules.ports.has(ofNode) || rules.unserved_ports.has(ofNode)) && !byPort.some((fronts) => fronts.get(ofNode)?.has(backend));
  });
  return [...new Map(stuck.map((connection) => [JSON.stringify(connection), connection])).values()];
}
