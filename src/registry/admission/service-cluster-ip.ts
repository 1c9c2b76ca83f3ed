import { fraction } from '../../lib/random.ts';
import { isKind } from '../../model/object.ts';
import type { Service, StoredObject } from '../../model/object.ts';
import type { Entry } from '../staging.ts';
import type { Admitted, AdmissionContext, AdmissionRule } from './admission-rule.ts';
import { addressBands, chooseOffset } from './bands.ts';
import { isUnclaimed, settleClaims } from './claims.ts';
import { formatAddress, parseAddress, parseRange } from './ipv4.ts';

/** The Service by which Pods find the API; the first address is its own. */
const apiService = { namespace: 'default', name: 'kubernetes' } as const;

/**
 * Gives every Service that has one a virtual address of its own for as long as it lives: the one it asks for, or a free one from the upper band of the range.
 * The first address belongs to `default/kubernetes`. A Service that becomes an ExternalName gives its address back.
 */
export const serviceClusterIP: AdmissionRule = {
  name: 'service-cluster-ip',
  kinds: ['Service'],
  admit(entry, context) {
    const held = addressOf(entry.before);
    const service = entry.after && isKind(entry.after, 'Service') ? entry.after : undefined;
    if (!service || service.spec.type === 'ExternalName') {
      settleClaims(entry.last, 'ClusterIPClaim', [], held, context, entry.change);
      return {};
    }
    return claim(service, held, entry, context);
  },
};

function claim(service: Service, held: readonly string[], entry: Entry, context: AdmissionContext): Admitted {
  if (service.spec.clusterIP === 'None') return {};
  const address = service.spec.clusterIP || chooseAddress(service, context);
  if (address === undefined) return { errors: [{ path: 'spec.clusterIP', message: `no address is free in ${context.config.serviceCIDR}` }] };
  if (parseAddress(address) === undefined) return {};
  const problem = held.includes(address) ? undefined : problemOf(address, service, context);
  const taken = problem ? [] : settleClaims(service as StoredObject, 'ClusterIPClaim', [address], held, context, entry.change);
  const message = problem ?? (taken.length > 0 ? `${address} is already allocated` : undefined);
  return message ? { errors: [{ path: 'spec.clusterIP', message }] } : { object: withAddress(service, address) };
}

function problemOf(address: string, service: Service, { config }: AdmissionContext): string | undefined {
  const range = parseRange(config.serviceCIDR), number = parseAddress(address);
  if (!range || number === undefined || number <= range.first || number >= range.first + range.size - 1) return `${address} is not in the range ${config.serviceCIDR}, without its first and last address`;
  return number === range.first + 1 && !isApiService(service) ? `${address} is kept for Service "default/kubernetes"` : undefined;
}

function chooseAddress(service: Service, context: AdmissionContext): string | undefined {
  const range = parseRange(context.config.serviceCIDR);
  if (!range) return undefined;
  const at = (offset: number) => formatAddress(range.first + 1 + offset);
  if (isApiService(service)) return at(0);
  const offset = chooseOffset(addressBands(range.size), fraction(context.random), (each) => each > 0 && isUnclaimed('ClusterIPClaim', at(each), context));
  return offset === undefined ? undefined : at(offset);
}

function isApiService({ metadata }: Service): boolean {
  return metadata.namespace === apiService.namespace && metadata.name === apiService.name;
}

function addressOf(object: StoredObject | undefined): readonly string[] {
  if (!object || !isKind(object, 'Service') || object.spec.type === 'ExternalName') return [];
  return object.spec.clusterIP && object.spec.clusterIP !== 'None' ? [object.spec.clusterIP] : [];
}

function withAddress(service: Service, address: string): StoredObject {
  const { clusterIPs } = service.spec;
  return { ...service, spec: { ...service.spec, clusterIP: address, clusterIPs: clusterIPs?.length ? clusterIPs : [address] } } as StoredObject;
}
