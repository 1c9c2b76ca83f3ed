import type { KindDefinition } from '../kind.ts';
import { applyDefaults } from './defaults.ts';
import { validate, validateUpdate } from './validate.ts';

/** What a claim on a port of every node means. */
export const nodePortClaim: KindDefinition<'NodePortClaim'> = {
  name: 'NodePortClaim',
  nameRule: 'dns-subdomain',
  applyDefaults,
  validate,
  validateUpdate,
  defaultPropagation: 'BACKGROUND',
};
