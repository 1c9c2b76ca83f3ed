import type { KindDefinition } from '../kind.ts';
import { applyDefaults } from './defaults.ts';
import { validate, validateUpdate } from './validate.ts';

/** What a claim on a range of Pod addresses means. */
export const podCIDRClaim: KindDefinition<'PodCIDRClaim'> = {
  name: 'PodCIDRClaim',
  nameRule: 'dns-subdomain',
  applyDefaults,
  validate,
  validateUpdate,
  defaultPropagation: 'BACKGROUND',
};
