import { isHeadless, namedPorts } from './named-endpoints.ts';
import type { NamedEndpoint } from './named-endpoints.ts';
import { ttlSeconds } from './record.ts';
import type { DnsRecord, RecordData } from './record.ts';
import type { ServiceEntry, ServiceIndex } from './service-index.ts';

/** The version of Kubernetes' DNS specification that the names follow. */
const schemaVersion = '1.1.0';

/** All records of a name of the zone; none for a name that only has names below it, undefined for one that does not exist. `name` is in lower case and is the zone or below it. */
export function recordsAt(name: string, zone: string, index: ServiceIndex): readonly DnsRecord[] | undefined {
  return dataAt(name, zone, index)?.map((data) => ({ ...data, name, ttlSeconds }));
}

/** The zone's SOA record, which tells how long the absence of a name may be kept. */
export function soaRecord(zone: string, owner = zone): DnsRecord {
  return { ...soaData(zone), name: owner, ttlSeconds };
}

/** All names of an address: of the Services whose cluster IP it is, and of the endpoints that headless Services have there. Undefined where nothing has it. */
export function namesOfAddress(address: string, zone: string, index: ServiceIndex): readonly string[] | undefined {
  const names = index.atAddress(address).flatMap((entry) => {
    const own = serviceName(entry, zone);
    return isHeadless(entry.service) ? entry.endpoints.filter((e) => e.address === address).map((e) => `${e.hostname}.${own}`) : [own];
  });
  return names.length > 0 ? names : undefined;
}

function dataAt(name: string, zone: string, index: ServiceIndex): readonly RecordData[] | undefined {
  if (name === zone) return [soaData(zone), { type: 'NS', target: nameServer(zone) }];
  const labels = name.slice(0, -zone.length - 1).split('.');
  if (labels.length === 1 && labels[0] === 'dns-version') return [{ type: 'TXT', text: schemaVersion }];
  switch (labels.at(-1)) {
    case 'svc': return underServices(labels.slice(0, -1), zone, index);
    case 'pod': return underPods(labels.slice(0, -1));
    default: return undefined;
  }
}

function soaData(zone: string): RecordData {
  return { type: 'SOA', server: nameServer(zone), mailbox: `hostmaster.${zone}` };
}

function nameServer(zone: string): string {
  return `kube-dns.kube-system.svc.${zone}`;
}

/** `a-b-c-d.<namespace>`: the address is in the name, so that it needs no look at Pods, most of which are on other nodes. */
function underPods(labels: readonly string[]): readonly RecordData[] | undefined {
  if (labels.length < 2) return [];
  const [dashed = '', ...rest] = labels;
  const numbers = /^\d{1,3}(-\d{1,3}){3}$/.test(dashed) ? dashed.split('-').map(Number) : [];
  if (rest.length !== 1 || numbers.length !== 4 || numbers.some((n) => n > 255)) return undefined;
  return [{ type: 'A', address: numbers.join('.') }];
}

function underServices(labels: readonly string[], zone: string, index: ServiceIndex): readonly RecordData[] | undefined {
  const namespace = labels.at(-1), name = labels.at(-2);
  if (namespace === undefined) return [];
  if (name === undefined) return index.hasNamespace(namespace) ? [] : undefined;
  const entry = index.service(namespace, name);
  if (!entry || (isHeadless(entry.service) && entry.endpoints.length === 0)) return undefined;
  return underService(labels.slice(0, -2), entry, zone);
}

function underService(prefix: readonly string[], entry: ServiceEntry, zone: string): readonly RecordData[] | undefined {
  const [first = '', second] = prefix;
  if (prefix.length === 0) return ofService(entry, zone);
  if (prefix.length === 1 && !first.startsWith('_')) return ofHost(entry.endpoints.filter(({ hostname }) => hostname === first));
  const targets = serviceTargets(entry, zone);
  if (prefix.length === 1) return targets.some(({ protocol }) => `_${protocol}` === first) ? [] : undefined;
  const chosen = targets.filter((t) => first === `_${t.name}` && second === `_${t.protocol}`);
  return prefix.length === 2 && chosen.length > 0 ? toServiceRecords(chosen) : undefined;
}

function ofService(entry: ServiceEntry, zone: string): readonly RecordData[] {
  const { spec } = entry.service;
  if (spec.type === 'ExternalName') return [{ type: 'CNAME', target: plainName(spec.externalName ?? '') }];
  const addresses = isHeadless(entry.service) ? entry.endpoints.map(toAddress) : ofClusterIP(spec.clusterIP);
  return [...withoutRepeats(addresses), ...toServiceRecords(serviceTargets(entry, zone))];
}

function ofHost(endpoints: readonly NamedEndpoint[]): readonly RecordData[] | undefined {
  return endpoints.length > 0 ? withoutRepeats(endpoints.map(toAddress)) : undefined;
}

/** A Service that has no address yet has a name all the same. */
function ofClusterIP(address: string | undefined): readonly RecordData[] {
  return address ? [toAddress({ address, isIPv6: address.includes(':') })] : [];
}

function toAddress({ address, isIPv6 }: { readonly address: string; readonly isIPv6: boolean }): RecordData {
  return { type: isIPv6 ? 'AAAA' : 'A', address };
}

/** One named port at one place. */
interface ServiceTarget {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly target: string;
}

function serviceTargets(entry: ServiceEntry, zone: string): readonly ServiceTarget[] {
  const own = serviceName(entry, zone);
  if (entry.service.spec.type === 'ExternalName') return [];
  if (!isHeadless(entry.service)) return namedPorts(entry.service).map((port) => ({ ...port, target: own }));
  return entry.endpoints.flatMap(({ hostname, ports }) => ports.map((port) => ({ ...port, target: `${hostname}.${own}` })));
}

/** Equal weights: every place is as good as the others. */
function toServiceRecords(targets: readonly ServiceTarget[]): readonly RecordData[] {
  return withoutRepeats(targets.map(({ port, target }) => ({ type: 'SRV', port, weight: 100, target })));
}

function serviceName({ service }: ServiceEntry, zone: string): string {
  return `${service.metadata.name}.${service.metadata.namespace}.svc.${zone}`;
}

/** As names are told: in lower case, without the last dot. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function withoutRepeats(data: readonly RecordData[]): readonly RecordData[] {
  return [...new Map(data.map((each) => [JSON.stringify(each), each])).values()];
}
