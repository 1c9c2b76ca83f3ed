import type { KindDefinition } from '../kind.ts';
import { applyDefaults } from './defaults.ts';
import { validate, validateUpdate } from './validate.ts';

/** What an Event means. */
export const event: KindDefinition<'Event'> = {
  name: 'Event',
  nameRule: 'dns-subdomain',
  applyDefaults,
  validate,
  validateUpdate,
  defaultPropagation: 'BACKGROUND',
};
