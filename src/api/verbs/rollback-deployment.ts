import { isKind } from '../../model/object.ts';
import type { Deployment, DeploymentInput, PodTemplateSpec, ReplicaSet } from '../../model/object.ts';
import { withoutNull } from '../objects/plain-input.ts';
import type { RootField } from '../objects/root-field.ts';
import { changeInPlace } from './change-in-place.ts';
import type { VerbArgs } from './change-in-place.ts';
import { planRollback } from './plan-rollback.ts';

/** Brings an earlier template back; the rollout that follows gives it a new, highest revision. */
export const rollbackDeployment: RootField<VerbArgs & { readonly toRevision?: number | null | undefined }> = {
  operation: () => ({ type: 'verb', field: 'rollbackDeployment' }),
  run: (args, context) => changeInPlace('Deployment', args, context, (deployment) => {
    const { uid } = deployment.metadata;
    const replicaSets = context.parts.store.snapshot().ownedBy(uid).filter((object): object is ReplicaSet =>
      isKind(object, 'ReplicaSet') && object.metadata.ownerReferences.some((reference) => reference.controller && reference.uid === uid));
    const template = planRollback(deployment, replicaSets, args.toRevision ?? 0);
    return template && { verb: 'update', kind: 'Deployment', input: withTemplate(deployment, template) };
  }),
};

function withTemplate({ metadata, spec }: Deployment, template: PodTemplateSpec): DeploymentInput {
  const { uid, name, namespace, labels, annotations, finalizers, ownerReferences, resourceVersion } = metadata;
  return withoutNull({ metadata: { uid, name, namespace, labels, annotations, finalizers, ownerReferences, resourceVersion }, spec: { ...spec, template } });
}
