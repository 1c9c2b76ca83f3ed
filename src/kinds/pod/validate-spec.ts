import { checkAnnotations, checkLabels, checkName } from '../../model/check-metadata.ts';
import { checkRange, checkUnique } from '../../model/check-values.ts';
import { checkEach } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { PodSpec, PodTemplateSpec } from '../../model/object.ts';
import { checkNodeRules } from './validate-affinity.ts';
import { checkContainers } from './validate-container.ts';
import { checkNames } from './validate-network.ts';
import { checkOtherPodRules } from './validate-other-pods.ts';
import { checkPodSecurity } from './validate-security.ts';
import { checkTolerations } from './validate-toleration.ts';
import { checkVolumes } from './validate-volume.ts';

/** Reports what is wrong with the spec of a Pod or of a template. */
export function checkPodSpec(field: Field, spec: PodSpec): void {
  checkContainers(field, spec);
  checkVolumes(field.at('volumes'), spec.volumes);
  checkRange(field.at('terminationGracePeriodSeconds'), spec.terminationGracePeriodSeconds, 0);
  checkRange(field.at('activeDeadlineSeconds'), spec.activeDeadlineSeconds, 1);
  checkNames(field, spec);
  checkNodeRules(field, spec);
  checkOtherPodRules(field, spec);
  checkTolerations(field.at('tolerations'), spec.tolerations);
  checkReferences(field, spec);
  if (spec.shareProcessNamespace && spec.hostPID) field.at('shareProcessNamespace').fail('must not be true where hostPID is true');
  if (spec.securityContext !== undefined) checkPodSecurity(field.at('securityContext'), spec.securityContext, spec.hostNetwork);
}

/** Reports what is wrong with a template whose Pods are kept alive for ever. */
export function checkPodTemplate(field: Field, { metadata, spec }: PodTemplateSpec): void {
  checkLabels(field.at('metadata').at('labels'), metadata.labels);
  checkAnnotations(field.at('metadata').at('annotations'), metadata.annotations);
  checkPodSpec(field.at('spec'), spec);
  if (spec.restartPolicy !== 'Always') field.at('spec').at('restartPolicy').fail(`is ${spec.restartPolicy}; must be Always, because the Pods are kept running`);
  if (spec.activeDeadlineSeconds !== undefined) field.at('spec').at('activeDeadlineSeconds').fail('must be left out, because the Pods are kept running');
}

function checkReferences(field: Field, spec: PodSpec): void {
  for (const name of ['nodeName', 'schedulerName', 'serviceAccountName', 'priorityClassName'] as const) {
    const reference = spec[name];
    if (reference !== undefined) checkName(field.at(name), 'dns-subdomain', reference);
  }
  checkEach(field.at('imagePullSecrets'), spec.imagePullSecrets, (element, { name }) => checkName(element.at('name'), 'dns-subdomain', name));
  checkUnique(field.at('imagePullSecrets'), spec.imagePullSecrets, (secret) => secret.name, 'name');
  checkEach(field.at('readinessGates'), spec.readinessGates, (element, { conditionType }) => checkName(element.at('conditionType'), 'label-key', conditionType));
}
