import { checkConditions, checkIp, checkRange } from '../../model/check-values.ts';
import { checkLabels, checkName } from '../../model/check-metadata.ts';
import type { FieldError } from '../../model/errors.ts';
import { checkEach, collectErrors } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { Service, ServiceSpec, ServiceStatus } from '../../model/object.ts';
import { checkAddresses } from './validate-address.ts';
import { checkServicePorts } from './validate-port.ts';

/** Everything that is wrong with a Service. */
export function validate({ spec }: Service): readonly FieldError[] {
  return collectErrors((field) => {
    checkLabels(field.at('selector'), spec.selector ?? {});
    checkServicePorts(field.at('ports'), spec);
    checkAddresses(field, spec);
    checkAffinity(field, spec);
    checkOutside(field, spec);
  }, 'spec');
}

/** Everything that is wrong with a change of a Service: it keeps its address for as long as it has one. */
export function validateUpdate(next: Service, previous: Service): readonly FieldError[] {
  return collectErrors((field) => {
    const stays = next.spec.type !== 'ExternalName' && previous.spec.type !== 'ExternalName' && previous.spec.clusterIP !== undefined;
    if (stays && next.spec.clusterIP !== previous.spec.clusterIP) field.at('clusterIP').fail(`is ${previous.spec.clusterIP} and never changes once set; make a new Service instead`);
  }, 'spec');
}

/** Everything that is wrong with a status of a Service. */
export function validateStatus(next: ServiceStatus): readonly FieldError[] {
  return collectErrors((field) => {
    checkConditions(field.at('conditions'), next.conditions);
    checkEach(field.at('loadBalancer').at('ingress'), next.loadBalancer.ingress, (element, { ip, hostname }) => {
      checkIp(element.at('ip'), ip);
      if (hostname !== undefined) checkName(element.at('hostname'), 'dns-subdomain', hostname);
      if (ip === undefined && hostname === undefined) element.fail('must have ip or hostname');
    });
  }, 'status');
}

function checkAffinity(field: Field, { sessionAffinity, sessionAffinityConfig }: ServiceSpec): void {
  const config = field.at('sessionAffinityConfig');
  if (sessionAffinity === 'None' && sessionAffinityConfig !== undefined) config.fail('must be left out with sessionAffinity None (in a patch: null)');
  checkRange(config.at('clientIP').at('timeoutSeconds'), sessionAffinityConfig?.clientIP?.timeoutSeconds, 1, 86_400);
}

/** The fields that only mean something to a Service which is reached from outside. */
function checkOutside(field: Field, spec: ServiceSpec): void {
  const isOpen = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  if (!isOpen && spec.externalIPs.length === 0 && spec.externalTrafficPolicy !== undefined) field.at('externalTrafficPolicy').fail(`must be left out with type ${spec.type} and no externalIPs (in a patch: null)`);
  if (spec.type !== 'LoadBalancer') {
    for (const name of ['loadBalancerIP', 'allocateLoadBalancerNodePorts'] as const) if (spec[name] !== undefined) field.at(name).fail(`must be left out with type ${spec.type}; only LoadBalancer has it (in a patch: null)`);
  }
  checkIp(field.at('loadBalancerIP'), spec.loadBalancerIP);
  checkRange(field.at('healthCheckNodePort'), spec.healthCheckNodePort, 1, 65_535);
  const mayCheckHealth = spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
  if (!mayCheckHealth && spec.healthCheckNodePort !== undefined) field.at('healthCheckNodePort').fail('must be left out except with type LoadBalancer and externalTrafficPolicy Local');
}
