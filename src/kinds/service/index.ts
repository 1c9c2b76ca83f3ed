import type { KindDefinition } from '../kind.ts';
import { carryOver } from './carry-over.ts';
import { applyDefaults, initialStatus } from './defaults.ts';
import { validate, validateStatus, validateUpdate } from './validate.ts';

/** What a Service means. */
export const service: KindDefinition<'Service'> = {
  name: 'Service',
  nameRule: 'dns-1035-label',
  applyDefaults,
  carryOver,
  initialStatus,
  validate,
  validateUpdate,
  validateStatus,
  defaultPropagation: 'BACKGROUND',
};
