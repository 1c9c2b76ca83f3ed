import { isKind } from '../../model/object.ts';
import type { Service, ServiceSpec, StoredObject } from '../../model/object.ts';
import type { AdmissionRule } from './admission-rule.ts';

/** Fields that only some types have, with the types that have them. Address and node ports have rules of their own. */
const fieldsOfTypes: Readonly<Partial<Record<keyof ServiceSpec, readonly Service['spec']['type'][]>>> = {
  externalTrafficPolicy: ['NodePort', 'LoadBalancer'],
  healthCheckNodePort: ['LoadBalancer'],
  allocateLoadBalancerNodePorts: ['LoadBalancer'],
  loadBalancerIP: ['LoadBalancer'],
  externalName: ['ExternalName'],
};

/** Takes fields out of a Service whose new type does not have them, unless the client changes them at the same time: then validation tells. */
export const serviceTypeChange: AdmissionRule = {
  name: 'service-type-change',
  kinds: ['Service'],
  admit({ before, after }) {
    if (!before || !after || !isKind(before, 'Service') || !isKind(after, 'Service') || before.spec.type === after.spec.type) return {};
    const isStale = (name: string): boolean => {
      const field = name as keyof ServiceSpec, types = fieldsOfTypes[field];
      return types !== undefined && !types.includes(after.spec.type) && after.spec[field] === before.spec[field];
    };
    const spec = Object.fromEntries(Object.entries(after.spec).filter(([name]) => !isStale(name)));
    return { object: { ...after, spec } as StoredObject };
  },
};
