import type { KindDefinition } from '../kind.ts';
import { applyDefaults } from './defaults.ts';
import { validate, validateUpdate } from './validate.ts';

/** What a claim on an address of the load balancer means. */
export const loadBalancerIPClaim: KindDefinition<'LoadBalancerIPClaim'> = {
  name: 'LoadBalancerIPClaim',
  nameRule: 'dns-subdomain',
  applyDefaults,
  validate,
  validateUpdate,
  defaultPropagation: 'BACKGROUND',
};
