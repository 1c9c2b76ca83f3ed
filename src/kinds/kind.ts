import type { FieldError } from '../model/errors.ts';
import type { Inputs, KindName, KindWithStatus, Objects, Statuses } from '../model/object.ts';

/** What an object holds besides its metadata and status: what a client wants of it. Changing it raises `metadata.generation`. */
export type Content<K extends KindName> = Omit<Objects[K], 'apiVersion' | 'kind' | 'metadata' | 'status'>;

/**
 * What a kind means. All functions are pure. Input objects never contain null: the caller strips it.
 * Generic rules (names, labels, owner references, immutability of metadata) are checked by the registry for all kinds, not here.
 */
export interface KindDefinition<K extends KindName> {
  readonly name: K;
  /** The rule that names of this kind follow. */
  readonly nameRule: 'dns-subdomain' | 'dns-label' | 'dns-1035-label';
  /** Fills every field that may be left out. Idempotent. `name` is the object's name, for rules that need it. */
  applyDefaults(input: Inputs[K]): Content<K>;
  /** Fields of spec that no default fills or looks at: giving one a value leaves everything else of a complete object as it is. */
  readonly standaloneFields?: readonly string[];
  /**
   * What an update, after its defaults, takes over from the stored object: values that the cluster chose and the client left out stay, and values
   * that a change made meaningless go. Kinds without such values leave it out.
   */
  readonly carryOver?: (next: Content<K>, previous: Content<K>) => Content<K>;
  /** What a new object's status is; kinds without status leave it out. */
  readonly initialStatus?: K extends KindWithStatus ? (content: Content<K>) => Statuses[K] : never;
  /** Everything that is wrong with an object as it would be stored. */
  validate(object: Objects[K]): readonly FieldError[];
  /** Everything that is wrong with going from one state to the other; immutable fields are named here. */
  validateUpdate(next: Objects[K], previous: Objects[K]): readonly FieldError[];
  /** Everything that is wrong with a status; kinds without status leave it out. */
  readonly validateStatus?: K extends KindWithStatus ? (next: Statuses[K], previous: Statuses[K]) => readonly FieldError[] : never;
  /** What happens to dependents when a deletion names no policy. */
  readonly defaultPropagation: 'ORPHAN' | 'BACKGROUND';
}
