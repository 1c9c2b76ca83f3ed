import type { Host } from '../host/host.ts';
import type { Entry } from './entry.ts';
import { routeProtocol, vxlanDevice } from './entry.ts';

interface RouteLine { readonly dst: string; readonly gateway?: string; readonly dev?: string }
interface NeighbourLine { readonly dst?: string; readonly lladdr?: string }
interface ForwardLine { readonly mac?: string; readonly dst?: string }

/** Our entries in the kernel's tables. `hasDevice`: whether the VXLAN device is there to have any. */
export async function readEntries(host: Host, hasDevice: boolean): Promise<readonly Entry[]> {
  const routes = await lines<RouteLine>(host, 'ip', ['route', 'show', 'proto', String(routeProtocol)]);
  const entries = routes.map(({ dst, gateway, dev }): Entry => ({ kind: 'route', range: dst.includes('/') ? dst : `${dst}/32`, via: gateway ?? '', device: dev }));
  if (!hasDevice) return entries;
  const neighbours = await lines<NeighbourLine>(host, 'ip', ['neigh', 'show', 'dev', vxlanDevice, 'nud', 'permanent']);
  const forwards = await lines<ForwardLine>(host, 'bridge', ['fdb', 'show', 'dev', vxlanDevice]);
  return [
    ...entries,
    ...neighbours.flatMap(({ dst, lladdr }): Entry[] => (dst && lladdr ? [{ kind: 'neighbour', address: dst, hardware: lladdr }] : [])),
    ...forwards.flatMap(({ mac, dst }): Entry[] => (mac && dst ? [{ kind: 'forward', hardware: mac, machine: dst }] : [])),
  ];
}

async function lines<T>(host: Host, program: string, args: readonly string[]): Promise<readonly T[]> {
  return JSON.parse((await host.run(program, ['-j', ...args])).trim() || '[]') as T[];
}
