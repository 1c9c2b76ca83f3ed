import type { Pod } from '../../../src/model/object.ts';
import { isMirror, runningUid } from './mirror.ts';

/** What makes the API show the static Pods as they are. */
export interface MirrorPlan {
  readonly create: readonly Pod[];
  readonly remove: readonly Pod[];
}

/** A static Pod without a mirror gets one; a mirror that is being deleted, is out of date, or mirrors nothing goes. */
export function planMirrors(statics: readonly Pod[], pods: readonly Pod[]): MirrorPlan {
  const mirrors = pods.filter(isMirror);
  const stands = (mirror: Pod): boolean => mirror.metadata.deletionTimestamp === undefined && statics.some((one) => one.metadata.uid === runningUid(mirror));
  const isTaken = (one: Pod): boolean => pods.some(({ metadata }) => metadata.name === one.metadata.name && metadata.namespace === one.metadata.namespace);
  return { create: statics.filter((one) => !isTaken(one)), remove: mirrors.filter((mirror) => !stands(mirror)) };
}
