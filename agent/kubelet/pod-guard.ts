import type { Pod } from '../../src/model/object.ts';

/** Sees to it that what NetworkPolicies say of a Pod holds before anything runs in it. */
export interface PodGuard {
  /** Tells at which address a Pod is. Telling it again costs nothing. */
  note(pod: Pod, podIP: string): void;
  /** Resolves once the policies that select the Pod hold at its address. Rejects, saying why, where they cannot be made to hold. */
  admit(pod: Pod, podIP: string): Promise<void>;
  /** Nothing is left of the Pod that ran under this uid. */
  release(podUid: string): void;
}
