import type { NamespaceInput, NamespaceStatus } from '../../model/object.ts';
import type { Content } from '../kind.ts';

/** The finalizer that holds a namespace until its content is gone. */
export const namespaceFinalizer = 'kubernetes';

/** Fills a Namespace. */
export function applyDefaults({ spec }: NamespaceInput): Content<'Namespace'> {
  return { spec: { finalizers: spec?.finalizers ?? [namespaceFinalizer] } };
}

/** A new Namespace is Active. */
export function initialStatus(): NamespaceStatus {
  return { phase: 'Active', conditions: [] };
}
