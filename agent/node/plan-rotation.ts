import type { NodeCredential } from './credential.ts';

/** What to do about a node's credential now. */
export type RotationStep =
  | { readonly type: 'rotate' }
  /** The new one is written down; its predecessors end. */
  | { readonly type: 'confirm'; readonly id: string }
  /** Look again then. At most an hour, so that a clock that was set is noticed. */
  | { readonly type: 'wait'; readonly ms: number };

const longestWaitMs = 3_600_000;
/** Kubernetes' kubelet changes its certificate when 70 to 90 % of its life are over. */
const usedShare = 0.8;

/** The next step: confirm what is written down and unconfirmed, change what has lived four fifths of its life (or has no end), else wait. */
export function planRotation({ issued }: Pick<NodeCredential, 'issued'>, nowMs: number): RotationStep {
  if (!issued) return { type: 'rotate' };
  if (!issued.isConfirmed) return { type: 'confirm', id: issued.id };
  const dueMs = issued.atMs + (issued.expiresAtMs - issued.atMs) * usedShare;
  return nowMs >= dueMs ? { type: 'rotate' } : { type: 'wait', ms: Math.min(Math.ceil(dueMs - nowMs), longestWaitMs) };
}
