import type { KindDefinition } from '../kind.ts';
import { applyDefaults, initialStatus } from './defaults.ts';
import { validate, validateStatus, validateUpdate } from './validate.ts';

/** What a Deployment means. */
export const deployment: KindDefinition<'Deployment'> = {
  name: 'Deployment',
  nameRule: 'dns-subdomain',
  applyDefaults,
  initialStatus,
  validate,
  validateUpdate,
  validateStatus,
  defaultPropagation: 'BACKGROUND',
};
