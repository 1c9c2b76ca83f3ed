import type { KindDefinition } from '../kind.ts';
import { carryOver } from './carry-over.ts';
import { applyDefaults, initialStatus } from './defaults.ts';
import { validate, validateStatus, validateUpdate } from './validate.ts';

/** What a Node means. */
export const node: KindDefinition<'Node'> = {
  name: 'Node',
  nameRule: 'dns-subdomain',
  applyDefaults,
  carryOver,
  initialStatus,
  validate,
  validateUpdate,
  validateStatus,
  defaultPropagation: 'BACKGROUND',
};
