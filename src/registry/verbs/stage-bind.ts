import { checkName } from '../../model/check-metadata.ts';
import { withCondition } from '../../model/conditions.ts';
import { ApiError, describe, invalid } from '../../model/errors.ts';
import { collectErrors } from '../../model/field.ts';
import { keyOf } from '../../model/object.ts';
import type { Pod, StoredObject } from '../../model/object.ts';
import { takeOwnership } from '../ownership/take-ownership.ts';
import type { Target } from '../registry.ts';
import { resolveTarget } from './verb-context.ts';
import type { StagedChange, VerbContext } from './verb-context.ts';

/**
 * Binds a Pod to a node. Nothing else of the Pod changes, so what was checked before is not checked again: the narrow way for what is done to every Pod.
 * Throws NOT_FOUND, INVALID (no such name for a node), and CONFLICT where the Pod is on another node or is being deleted.
 */
export function stageBind(target: Target, nodeName: string, context: VerbContext): StagedChange {
  const previous = resolveTarget('Pod', target, context.staging), key = keyOf(previous), pod = previous as unknown as Pod;
  const errors = collectErrors((field) => checkName(field, 'dns-subdomain', nodeName), 'spec.nodeName');
  if (errors.length > 0) throw invalid(key, errors);
  if (pod.metadata.deletionTimestamp !== undefined) throw new ApiError('CONFLICT', `${describe(key)} is being deleted and is bound to no node any more`, { subject: key });
  if (pod.spec.nodeName !== undefined && pod.spec.nodeName !== nodeName) throw new ApiError('CONFLICT', `${describe(key)} is on node "${pod.spec.nodeName}" already, and a Pod never moves`, { subject: key });
  const bound = boundTo(pod, nodeName, context.nowMs);
  if (bound !== pod) context.staging.putChecked(takeOwnership(bound as unknown as StoredObject, previous, context), context.change);
  return { key, previous };
}

/** The Pod on its node, with the condition that says so; the very same where it was there already. */
export function boundTo(pod: Pod, nodeName: string, nowMs: number): Pod {
  const conditions = withCondition(pod.status.conditions, { type: 'PodScheduled', status: 'True' }, nowMs);
  if (pod.spec.nodeName === nodeName && conditions === pod.status.conditions) return pod;
  return { ...pod, spec: { ...pod.spec, nodeName }, status: { ...pod.status, conditions } };
}
