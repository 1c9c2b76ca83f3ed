import { sameValue } from '../../lib/same-value.ts';
import { ApiError } from '../../model/errors.ts';
import type { Deployment, PodTemplateSpec, ReplicaSet } from '../../model/object.ts';

/** Where a ReplicaSet and a Deployment carry the revision of the template. */
export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const hashLabel = 'pod-template-hash';

/**
 * The template that a Deployment goes back to, or undefined where it has it already. `toRevision` 0 is the one before the newest. Throws FORBIDDEN while
 * paused, NOT_FOUND where no ReplicaSet has the revision.
 */
export function planRollback(deployment: Deployment, replicaSets: readonly ReplicaSet[], toRevision: number): PodTemplateSpec | undefined {
  const { namespace, name } = deployment.metadata;
  const subject = { kind: 'Deployment', namespace, name };
  if (toRevision < 0) throw new ApiError('INVALID', 'toRevision: must not be negative', { subject, fields: [{ path: 'toRevision', message: 'must not be negative' }] });
  if (deployment.spec.paused) throw new ApiError('FORBIDDEN', `Deployment "${namespace}/${name}" is paused and cannot be rolled back; resume it first`, { subject });
  const byRevision = new Map(replicaSets.map((replicaSet) => [Number(replicaSet.metadata.annotations[revisionAnnotation] ?? 0), replicaSet]));
  byRevision.delete(0);
  const revisions = [...byRevision.keys()].sort((one, other) => one - other);
  const wanted = toRevision === 0 ? revisions.at(-2) : toRevision;
  const found = wanted === undefined ? undefined : byRevision.get(wanted);
  if (!found) {
    const known = revisions.length > 0 ? `it has ${revisions.join(', ')}` : 'it has none yet';
    throw new ApiError('NOT_FOUND', `Deployment "${namespace}/${name}" has no ${toRevision === 0 ? 'previous revision' : `revision ${toRevision}`}; ${known}`, { subject });
  }
  const template = withoutHash(found.spec.template);
  return sameValue(template, withoutHash(deployment.spec.template)) ? undefined : template;
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [hashLabel]: _, ...labels } = template.metadata.labels;
  return { ...template, metadata: { ...template.metadata, labels } };
}
