import type { KindDefinition } from '../kind.ts';
import { carryOver } from './carry-over.ts';
import { applyDefaults, initialStatus } from './defaults.ts';
import { validate, validateStatus, validateUpdate } from './validate.ts';

/** What a Pod means. */
export const pod: KindDefinition<'Pod'> = {
  name: 'Pod',
  nameRule: 'dns-subdomain',
  applyDefaults,
  standaloneFields: ['nodeName'],
  carryOver,
  initialStatus,
  validate,
  validateUpdate,
  validateStatus,
  defaultPropagation: 'BACKGROUND',
};
