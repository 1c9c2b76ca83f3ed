import type { LabelSelector, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../../../src/model/object.ts';
import { matchesLabelSelector } from '../../../../src/model/selector.ts';

/** A Pod of the cluster, or with no namespace some other address. */
export interface End {
  readonly address: string;
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly name: string; readonly containerPort: number; readonly protocol: 'TCP' | 'UDP' }[];
}

/** A connection that is begun. */
export interface Connection {
  readonly from: End;
  readonly to: End;
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
}

export type NamespaceLabels = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Whether Kubernetes lets a connection be: the words of its documentation, one after the other. */
export function isAllowed(policies: readonly NetworkPolicy[], namespaces: NamespaceLabels, connection: Connection): boolean {
  const { from, to } = connection;
  if (from.address === to.address) return true;
  const selecting = (end: End, type: 'Ingress' | 'Egress') =>
    policies.filter(({ metadata, spec }) => metadata.namespace === end.namespace && spec.policyTypes.includes(type) && matchesLabelSelector(spec.podSelector, end.labels));
  const egress = selecting(from, 'Egress'), ingress = selecting(to, 'Ingress');
  const mayLeave = egress.length === 0 || egress.some(({ metadata, spec }) => spec.egress.some((rule) => isPeer(rule.to, to, metadata.namespace, namespaces) && isPort(rule.ports, connection)));
  const mayEnter = ingress.length === 0 || ingress.some(({ metadata, spec }) => spec.ingress.some((rule) => isPeer(rule.from, from, metadata.namespace, namespaces) && isPort(rule.ports, connection)));
  return mayLeave && mayEnter;
}

function isPeer(peers: readonly NetworkPolicyPeer[], end: End, own: string | undefined, namespaces: NamespaceLabels): boolean {
  if (peers.length === 0) return true;
  return peers.some(({ ipBlock, podSelector, namespaceSelector }) => {
    if (ipBlock) return isIn(end.address, ipBlock.cidr) && !ipBlock.except.some((hole) => isIn(end.address, hole));
    if (end.namespace === undefined) return false;
    const isThere = namespaceSelector ? matches(namespaceSelector, namespaces[end.namespace] ?? {}) : end.namespace === own;
    return isThere && (podSelector === undefined || matches(podSelector, end.labels));
  });
}

function isPort(ports: readonly NetworkPolicyPort[], { protocol, port, to }: Connection): boolean {
  if (ports.length === 0) return true;
  return ports.some((rule) => {
    if (rule.protocol !== protocol) return false;
    if (typeof rule.port === 'string') return to.ports.some((one) => one.name === rule.port && one.protocol === protocol && one.containerPort === port);
    return rule.port === undefined || (port >= rule.port && port <= (rule.endPort ?? rule.port));
  });
}

const matches = (selector: LabelSelector, labels: Readonly<Record<string, string>>) => matchesLabelSelector(selector, labels);

/** Bit by bit, so that nothing is shared with what is tested. */
export function isIn(address: string, cidr: string): boolean {
  const [base = '', length = '0'] = cidr.split('/');
  return !base.includes(':') && bitsOf(address).startsWith(bitsOf(base).slice(0, Number(length)));
}

const known = new Map<string, string>();

function bitsOf(address: string): string {
  const bits = known.get(address) ?? address.split('.').map((part) => Number(part).toString(2).padStart(8, '0')).join('');
  known.set(address, bits);
  return bits;
}
