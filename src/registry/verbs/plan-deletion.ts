import { formatTime } from '../../lib/clock.ts';
import { isKind } from '../../model/object.ts';
import type { StoredObject } from '../../model/object.ts';
import type { DeleteOptions } from '../registry.ts';

/** Holds an owner back until the garbage collector has taken its dependents' references to it away. */
export const orphanFinalizer = 'orphan';
/** Holds an owner back until the garbage collector has seen its blocking dependents go. */
export const foregroundFinalizer = 'foregroundDeletion';

/**
 * An object with a request for its deletion noted: when, how long it may take, and what must come first. Asked again, only the grace period can change, and
 * only to a shorter one. Returns the same object where there is nothing to note.
 */
export function planDeletion(object: StoredObject, options: DeleteOptions, defaultPropagation: 'ORPHAN' | 'BACKGROUND', nowMs: number): StoredObject {
  const graceSeconds = graceOf(object, options);
  const isFirst = object.metadata.deletionTimestamp === undefined;
  if (!isFirst && graceSeconds >= (object.metadata.deletionGracePeriodSeconds ?? 0) && !options.propagationPolicy) return object;
  const marked: StoredObject = {
    ...object,
    metadata: {
      ...object.metadata,
      deletionTimestamp: object.metadata.deletionTimestamp ?? formatTime(nowMs),
      deletionGracePeriodSeconds: isFirst ? graceSeconds : Math.min(graceSeconds, object.metadata.deletionGracePeriodSeconds ?? 0),
      finalizers: finalizersFor(object.metadata.finalizers, options.propagationPolicy ?? (isFirst ? defaultPolicy(object, defaultPropagation) : undefined)),
    },
  };
  return isKind(marked, 'Namespace') ? { ...marked, status: { ...marked.status, phase: 'Terminating' } } : marked;
}

/** Whether nothing holds back an object whose deletion was asked for: no finalizers and no grace period. */
export function isReadyToGo(object: StoredObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers } = object.metadata;
  if (deletionTimestamp === undefined || finalizers.length > 0) return false;
  return isKind(object, 'Namespace') ? object.spec.finalizers.length === 0 : deletionGracePeriodSeconds === 0;
}

/** Only a Pod that runs on a node gets time: its agent stops the containers, then deletes it with grace 0. */
function graceOf(object: StoredObject, { gracePeriodSeconds }: DeleteOptions): number {
  if (!isKind(object, 'Pod') || !object.spec.nodeName) return 0;
  if (object.status.phase === 'Succeeded' || object.status.phase === 'Failed') return 0;
  const seconds = gracePeriodSeconds ?? object.spec.terminationGracePeriodSeconds;
  return seconds < 0 ? 1 : seconds;
}

function defaultPolicy(object: StoredObject, defaultPropagation: 'ORPHAN' | 'BACKGROUND'): DeleteOptions['propagationPolicy'] {
  const { finalizers } = object.metadata;
  if (finalizers.includes(orphanFinalizer)) return 'ORPHAN';
  return finalizers.includes(foregroundFinalizer) ? 'FOREGROUND' : defaultPropagation;
}

function finalizersFor(finalizers: readonly string[], policy: DeleteOptions['propagationPolicy']): readonly string[] {
  if (policy === undefined) return finalizers;
  const others = finalizers.filter((name) => name !== orphanFinalizer && name !== foregroundFinalizer);
  if (policy === 'BACKGROUND') return others;
  return [...others, policy === 'ORPHAN' ? orphanFinalizer : foregroundFinalizer];
}
