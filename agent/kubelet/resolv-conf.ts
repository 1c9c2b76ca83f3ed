import type { Pod } from '../../src/model/object.ts';

/** The lines of a resolv.conf. */
export interface ResolverSettings {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

/** Where names are answered. */
export interface DnsContext {
  /** Addresses of the cluster's DNS; empty while there is none. */
  readonly clusterDNS: readonly string[];
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
  /** The node's own resolv.conf. */
  readonly nodeResolvConf: string;
}

/** Reads a resolv.conf. */
export function parseResolvConf(text: string): ResolverSettings {
  const words = text.split('\n').map((line) => line.replace(/[#;].*$/, '').trim().split(/\s+/));
  const of = (keyword: string): string[][] => words.filter(([first]) => first === keyword).map((line) => line.slice(1));
  return { nameservers: of('nameserver').flat(), searches: of('search').at(-1) ?? [], options: of('options').flat() };
}

/** What a Pod's resolv.conf says. ClusterFirst means the cluster's DNS where there is one and the Pod is on the Pod network; otherwise the node's own. */
export function planResolvConf(pod: Pod, context: DnsContext): ResolverSettings {
  const { dnsPolicy, hostNetwork, dnsConfig } = pod.spec;
  const base = baseSettings(dnsPolicy, hostNetwork, pod.metadata.namespace ?? '', context);
  const added = (dnsConfig?.options ?? []).map(({ name, value }) => (value === undefined ? name : `${name}:${value}`));
  const overridden = new Set(added.map((option) => option.split(':')[0]));
  return {
    nameservers: [...new Set([...base.nameservers, ...(dnsConfig?.nameservers ?? [])])],
    searches: [...new Set([...base.searches, ...(dnsConfig?.searches ?? [])])],
    options: [...base.options.filter((option) => !overridden.has(option.split(':')[0])), ...added],
  };
}

function baseSettings(policy: Pod['spec']['dnsPolicy'], hostNetwork: boolean, namespace: string, context: DnsContext): ResolverSettings {
  if (policy === 'None') return { nameservers: [], searches: [], options: [] };
  const wantsCluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !hostNetwork);
  const node = parseResolvConf(context.nodeResolvConf);
  if (!wantsCluster || context.clusterDNS.length === 0) return node;
  const zone = context.clusterDomain;
  return { nameservers: context.clusterDNS, searches: [`${namespace}.svc.${zone}`, `svc.${zone}`, zone, ...node.searches], options: ['ndots:5'] };
}

/** Settings as a file. */
export function formatResolvConf({ nameservers, searches, options }: ResolverSettings): string {
  const lines = nameservers.map((address) => `nameserver ${address}`);
  if (searches.length > 0) lines.unshift(`search ${searches.join(' ')}`);
  if (options.length > 0) lines.push(`options ${options.join(' ')}`);
  return `${lines.join('\n')}\n`;
}
