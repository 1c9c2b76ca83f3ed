import { hashText } from '../../lib/hash-text.ts';
import type { Service } from '../../model/object.ts';
import { hasAddress, nextFree } from './address-pool.ts';
import type { AddressPool } from './address-pool.ts';

/** An address, or why there is none and the way out. */
export type ChosenAddress = { readonly address: string } | { readonly problem: string };

/**
 * The address of a Service: the one it asks for, else one that it holds, else a free one. `held` are those that it has, best ones first; `holderOf` tells who holds one.
 */
export function chooseAddress(service: Service, held: readonly string[], pool: AddressPool | undefined, holderOf: (address: string) => string | undefined): ChosenAddress {
  if (!pool) return { problem: 'no addresses are configured: start the servers with GANTRY_LOAD_BALANCER_CIDR set to a range of the nodes\' network that nothing else uses, such as 192.0.2.240/28' };
  const { loadBalancerIP: wanted } = service.spec;
  if (wanted) {
    if (!hasAddress(pool, wanted)) return { problem: `loadBalancerIP ${wanted} is not in ${pool.text}; ask for one that is, or leave it out` };
    const holder = held.includes(wanted) ? undefined : holderOf(wanted);
    return holder === undefined ? { address: wanted } : { problem: `loadBalancerIP ${wanted} belongs to Service "${holder}"; ask for another one, or leave it out` };
  }
  const kept = held.find((address) => hasAddress(pool, address));
  const address = kept ?? nextFree(pool, hashText(service.metadata.uid), (each) => holderOf(each) !== undefined);
  return address === undefined ? { problem: `no address is free in ${pool.text}; delete a Service that has one, or add a range to GANTRY_LOAD_BALANCER_CIDR` } : { address };
}
