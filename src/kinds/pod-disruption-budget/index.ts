import type { KindDefinition } from '../kind.ts';
import { applyDefaults, initialStatus } from './defaults.ts';
import { validate, validateStatus, validateUpdate } from './validate.ts';

/** What a PodDisruptionBudget means. */
export const podDisruptionBudget: KindDefinition<'PodDisruptionBudget'> = {
  name: 'PodDisruptionBudget',
  nameRule: 'dns-subdomain',
  applyDefaults,
  initialStatus,
  validate,
  validateUpdate,
  validateStatus,
  defaultPropagation: 'BACKGROUND',
};
