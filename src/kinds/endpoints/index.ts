import type { KindDefinition } from '../kind.ts';
import { applyDefaults } from './defaults.ts';
import { validate, validateUpdate } from './validate.ts';

/** What Endpoints mean. */
export const endpoints: KindDefinition<'Endpoints'> = {
  name: 'Endpoints',
  nameRule: 'dns-subdomain',
  applyDefaults,
  validate,
  validateUpdate,
  defaultPropagation: 'BACKGROUND',
};
