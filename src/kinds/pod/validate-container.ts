import { checkName } from '../../model/check-metadata.ts';
import { checkUnique } from '../../model/check-values.ts';
import { checkEach } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { Container, PodSpec } from '../../model/object.ts';
import { isSidecar } from './pod-resources.ts';
import { checkEnv } from './validate-env.ts';
import { checkHostPorts, checkPorts } from './validate-port.ts';
import { checkNoProbesOrHooks, checkProbesAndHooks } from './validate-probe.ts';
import { checkResources } from './validate-resources.ts';
import { checkContainerSecurity } from './validate-security.ts';
import { checkMounts } from './validate-volume.ts';

/** Reports what is wrong with the containers of a Pod, init containers included. */
export function checkContainers(field: Field, spec: PodSpec): void {
  if (spec.containers.length === 0) field.at('containers').fail('must have at least one container');
  checkEach(field.at('containers'), spec.containers, (element, container) => {
    checkContainer(element, container, spec);
    checkProbesAndHooks(element, container, spec.terminationGracePeriodSeconds);
    if (container.restartPolicy !== undefined) element.at('restartPolicy').fail('must be left out: only an init container has it, to become a sidecar');
  });
  checkEach(field.at('initContainers'), spec.initContainers, (element, container) => {
    checkContainer(element, container, spec);
    if (isSidecar(container)) checkProbesAndHooks(element, container, spec.terminationGracePeriodSeconds);
    else checkNoProbesOrHooks(element, container);
  });
  checkContainerNames(field, spec);
  checkHostPorts(field.at('containers'), spec);
}

function checkContainer(field: Field, container: Container, spec: PodSpec): void {
  checkName(field.at('name'), 'dns-label', container.name);
  checkImage(field.at('image'), container.image);
  checkPorts(field.at('ports'), container.ports, spec.hostNetwork);
  checkEnv(field, container);
  checkResources(field.at('resources'), container.resources);
  checkMounts(field.at('volumeMounts'), container.volumeMounts, spec.volumes);
  if (container.securityContext !== undefined) checkContainerSecurity(field.at('securityContext'), container.securityContext);
  if (!container.terminationMessagePath.startsWith('/')) field.at('terminationMessagePath').fail(`${JSON.stringify(container.terminationMessagePath)} must be an absolute path, such as "/dev/termination-log"`);
}

/** Reports an image without a name, or with spaces around it. */
export function checkImage(field: Field, image: string): void {
  if (image === '') field.fail('must not be empty; must name an image, such as "busybox:1.36"');
  else if (/\s/.test(image)) field.fail(`${JSON.stringify(image)} must not contain spaces`);
}

function checkContainerNames(field: Field, { containers, initContainers }: PodSpec): void {
  checkUnique(field.at('containers'), containers, (container) => container.name, 'name');
  checkUnique(field.at('initContainers'), initContainers, (container) => container.name, 'name');
  const names = new Set(containers.map((container) => container.name));
  checkEach(field.at('initContainers'), initContainers, (element, { name }) => {
    if (names.has(name)) element.at('name').fail(`${JSON.stringify(name)} is already used by a container; must be unique`);
  });
}
