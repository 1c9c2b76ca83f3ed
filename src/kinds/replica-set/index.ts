import type { KindDefinition } from '../kind.ts';
import { applyDefaults, initialStatus } from './defaults.ts';
import { validate, validateStatus, validateUpdate } from './validate.ts';

/** What a ReplicaSet means. */
export const replicaSet: KindDefinition<'ReplicaSet'> = {
  name: 'ReplicaSet',
  nameRule: 'dns-subdomain',
  applyDefaults,
  initialStatus,
  validate,
  validateUpdate,
  validateStatus,
  defaultPropagation: 'ORPHAN',
};
