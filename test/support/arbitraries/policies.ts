import * as fc from 'fast-check';
import type { LabelSelectorInput, NetworkPolicyInput, NetworkPolicyPeerInput, NetworkPolicyPortInput } from '../../../src/model/object.ts';
import { labelKey, labelValue, labels, port, portName } from './names.ts';

const some = { requiredKeys: [] as [] };

const requirement = fc.oneof(
  fc.record({ key: labelKey, operator: fc.constantFrom('In' as const, 'NotIn' as const), values: fc.array(labelValue, { minLength: 1, maxLength: 2 }) }),
  fc.record({ key: labelKey, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
);

/** A LabelSelector, often an empty one. */
export const labelSelector: fc.Arbitrary<LabelSelectorInput> = fc.record({ matchLabels: labels, matchExpressions: fc.array(requirement, { maxLength: 2 }) }, some);

const ipBlock = fc.record({ cidr: fc.nat(255).map((second) => `10.${second}.0.0/16`), holes: fc.array(fc.nat(255), { maxLength: 2 }) })
  .map(({ cidr, holes }) => ({ cidr, except: holes.map((third) => cidr.replace('.0.0/16', `.${third}.0/24`)) }));

const peer: fc.Arbitrary<NetworkPolicyPeerInput> = fc.oneof(
  fc.record({ podSelector: labelSelector }), fc.record({ namespaceSelector: labelSelector }), fc.record({ podSelector: labelSelector, namespaceSelector: labelSelector }), fc.record({ ipBlock }),
);

const protocol = fc.constantFrom('TCP' as const, 'UDP' as const);
const policyPort: fc.Arbitrary<NetworkPolicyPortInput> = fc.oneof(
  fc.record({ protocol, port: fc.oneof(port, portName) }, some),
  fc.record({ protocol, port, more: fc.nat(100) }, { requiredKeys: ['port', 'more'] }).map(({ more, ...span }) => ({ ...span, endPort: Math.min(65_535, span.port + more) })),
);

const ports = fc.array(policyPort, { maxLength: 2 });
const peers = fc.array(peer, { maxLength: 2 });

/** The spec of any valid NetworkPolicy. */
export const policySpec: fc.Arbitrary<NetworkPolicyInput['spec']> = fc.record({
  podSelector: labelSelector, policyTypes: fc.subarray(['Ingress', 'Egress'] as const),
  ingress: fc.array(fc.record({ from: peers, ports }, some), { maxLength: 2 }), egress: fc.array(fc.record({ to: peers, ports }, some), { maxLength: 2 }),
}, some);
