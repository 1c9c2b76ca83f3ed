import type { KindDefinition } from '../kind.ts';
import { applyDefaults, initialStatus } from './defaults.ts';
import { validate, validateStatus, validateUpdate } from './validate.ts';

/** What a NodeDrain means. */
export const nodeDrain: KindDefinition<'NodeDrain'> = {
  name: 'NodeDrain',
  nameRule: 'dns-subdomain',
  applyDefaults,
  initialStatus,
  validate,
  validateUpdate,
  validateStatus,
  defaultPropagation: 'BACKGROUND',
};
