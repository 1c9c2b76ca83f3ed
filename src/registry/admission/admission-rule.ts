import type { Random } from '../../lib/random.ts';
import type { FieldError } from '../../model/errors.ts';
import type { KindName, ObjectKey, StoredObject } from '../../model/object.ts';
import type { RegistryConfig } from '../registry-config.ts';
import type { Entry, Staging } from '../staging.ts';

/** What a rule may use. */
export interface AdmissionContext {
  /** The cluster as the request leaves it; a rule stages further objects here, such as claims. */
  readonly staging: Staging;
  readonly config: RegistryConfig;
  readonly random: Random;
  readonly nowMs: number;
  /** Whether another request, not yet committed, is about to make this object. */
  isReserved(key: ObjectKey): boolean;
}

/** What a rule makes of an object: another state of it (undefined leaves it), and what it refuses. */
export interface Admitted {
  readonly object?: StoredObject | undefined;
  readonly errors?: readonly FieldError[] | undefined;
}

/**
 * One rule of the cluster about objects of some kinds. It sees what the request makes of an object: `before` is undefined for a new one, `after` for one that
 * goes. It may complete the object, stage others beside it, list invalid fields, or throw FORBIDDEN. It is asked once per object and request.
 */
export interface AdmissionRule {
  readonly name: string;
  readonly kinds: readonly KindName[];
  admit(entry: Entry, context: AdmissionContext): Admitted;
}
