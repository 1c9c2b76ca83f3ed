import type { KindDefinition } from '../kind.ts';
import { applyDefaults } from './defaults.ts';
import { validate, validateUpdate } from './validate.ts';

/** What a claim on a virtual address means. */
export const clusterIPClaim: KindDefinition<'ClusterIPClaim'> = {
  name: 'ClusterIPClaim',
  nameRule: 'dns-subdomain',
  applyDefaults,
  validate,
  validateUpdate,
  defaultPropagation: 'BACKGROUND',
};
