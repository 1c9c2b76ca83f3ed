import { checkNotEmpty, checkRange, checkUnique } from '../../model/check-values.ts';
import { checkEach } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { PodSecurityContext, SecurityContext } from '../../model/object.ts';

const sysctlName = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;

/** Reports what is wrong with the settings for all containers of a Pod. */
export function checkPodSecurity(field: Field, context: PodSecurityContext, isHostNetwork: boolean): void {
  for (const name of ['runAsUser', 'runAsGroup', 'fsGroup'] as const) checkRange(field.at(name), context[name], 0);
  checkEach(field.at('supplementalGroups'), context.supplementalGroups, (element, group) => checkRange(element, group, 0));
  checkRoot(field, context);
  const sysctls = context.sysctls ?? [];
  checkUnique(field.at('sysctls'), sysctls, (sysctl) => sysctl.name, 'name');
  checkEach(field.at('sysctls'), sysctls, (element, { name }) => {
    if (name.length > 253 || !sysctlName.test(name)) element.at('name').fail(`${JSON.stringify(name)} must be the name of a kernel setting, such as "net.ipv4.ip_unprivileged_port_start"`);
    if (isHostNetwork && name.startsWith('net.')) element.at('name').fail(`${JSON.stringify(name)} must not be set: the Pod is on the node's network`);
  });
}

/** Reports what is wrong with the settings of one container. */
export function checkContainerSecurity(field: Field, context: SecurityContext): void {
  for (const name of ['runAsUser', 'runAsGroup'] as const) checkRange(field.at(name), context[name], 0);
  checkRoot(field, context);
  const { privileged, allowPrivilegeEscalation, capabilities } = context;
  if (allowPrivilegeEscalation === false && privileged === true) field.at('allowPrivilegeEscalation').fail('must not be false where privileged is true');
  if (allowPrivilegeEscalation === false && capabilities?.add?.some((name) => /^(CAP_)?SYS_ADMIN$/.test(name))) field.at('allowPrivilegeEscalation').fail('must not be false where the capability SYS_ADMIN is added');
  for (const name of ['add', 'drop'] as const) checkEach(field.at('capabilities').at(name), capabilities?.[name], (element, capability) => checkNotEmpty(element, capability));
}

function checkRoot(field: Field, { runAsNonRoot, runAsUser }: Pick<SecurityContext, 'runAsNonRoot' | 'runAsUser'>): void {
  if (runAsNonRoot === true && runAsUser === 0) field.at('runAsUser').fail('is 0; must be above 0 where runAsNonRoot is true');
}
