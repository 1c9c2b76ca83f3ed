import type { KindDefinition } from '../kind.ts';
import { applyDefaults, initialStatus } from './defaults.ts';
import { validate, validateStatus, validateUpdate } from './validate.ts';

/** What a Namespace means. */
export const namespace: KindDefinition<'Namespace'> = {
  name: 'Namespace',
  nameRule: 'dns-label',
  applyDefaults,
  initialStatus,
  validate,
  validateUpdate,
  validateStatus,
  defaultPropagation: 'BACKGROUND',
};
