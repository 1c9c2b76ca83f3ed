import { filled } from '../../lib/filled.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { NetworkPolicyInput, NetworkPolicyPeer, NetworkPolicyPeerInput, NetworkPolicyPort, NetworkPolicyPortInput, NetworkPolicySpecInput, PolicyType } from '../../model/object.ts';
import type { Content } from '../kind.ts';

/** Fills a NetworkPolicy with the rules of Kubernetes. */
export function applyDefaults({ spec }: NetworkPolicyInput): Content<'NetworkPolicy'> {
  return {
    spec: {
      podSelector: spec.podSelector ?? {},
      policyTypes: spec.policyTypes?.length ? spec.policyTypes : defaultTypes(spec),
      ingress: (spec.ingress ?? []).map(({ from, ports }) => ({ from: (from ?? []).map(defaultPeer), ports: (ports ?? []).map(defaultPort) })),
      egress: (spec.egress ?? []).map(({ to, ports }) => ({ to: (to ?? []).map(defaultPeer), ports: (ports ?? []).map(defaultPort) })),
    },
  };
}

/** A policy always means Ingress, and Egress only where it says something of it: denying all egress must be asked for by name. */
function defaultTypes({ egress }: NetworkPolicySpecInput): readonly PolicyType[] {
  return egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
}

function defaultPeer({ ipBlock, ...selectors }: NetworkPolicyPeerInput): NetworkPolicyPeer {
  return withoutUndefined({ ...selectors, ...(ipBlock ? { ipBlock: { ...ipBlock, except: ipBlock.except ?? [] } } : {}) });
}

function defaultPort(input: NetworkPolicyPortInput): NetworkPolicyPort {
  return filled(input, { protocol: input.protocol ?? 'TCP' });
}
