import { checkConditions, checkIp, checkRange } from '../../model/check-values.ts';
import { checkLabels, checkName } from '../../model/check-metadata.ts';
import type { FieldError } from '../../model/errors.ts';
import { checkEach, collectErrors } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { Service, ServiceSpec, ServiceStatus } from '../../model/object.ts';
import { checkAddresses } from './validate-address.ts';
import { checkLoadBalancer, checkLoadBalancerChange } from './validate-load-balancer.ts';
import { checkServicePorts } from './validate-port.ts';

/** Everything that is wrong with a Service. */
export function validate({ spec }: Service): readonly FieldError[] {
  return collectErrors((field) => {
    checkLabels(field.at('selector'), spec.selector ?? {});
    checkServicePorts(field.at('ports'), spec);
    checkAddresses(field, spec);
    checkAffinity(field, spec);
    checkTrafficPolicy(field, spec);
    checkLoadBalancer(field, spec);
  }, 'spec');
}

/** Everything that is wrong with a change of a Service: it keeps its address for as long as it has one. */
export function validateUpdate(next: Service, previous: Service): readonly FieldError[] {
  return collectErrors((field) => {
    const stays = next.spec.type !== 'ExternalName' && previous.spec.type !== 'ExternalName' && previous.spec.clusterIP !== undefined;
    if (stays && next.spec.clusterIP !== previous.spec.clusterIP) field.at('clusterIP').fail(`is ${previous.spec.clusterIP} and never changes once set; make a new Service instead`);
    checkLoadBalancerChange(field, next.spec, previous.spec);
  }, 'spec');
}

/** Everything that is wrong with a status of a Service. */
export function validateStatus(next: ServiceStatus): readonly FieldError[] {
  return collectErrors((field) => {
    checkConditions(field.at('conditions'), next.conditions);
    checkEach(field.at('loadBalancer').at('ingress'), next.loadBalancer.ingress, (element, { ip, hostname, nodeName }) => {
      checkIp(element.at('ip'), ip);
      if (hostname !== undefined) checkName(element.at('hostname'), 'dns-subdomain', hostname);
      if (nodeName !== undefined) checkName(element.at('nodeName'), 'dns-subdomain', nodeName);
      if (ip === undefined && hostname === undefined) element.fail('must have ip or hostname');
    });
  }, 'status');
}

function checkAffinity(field: Field, { sessionAffinity, sessionAffinityConfig }: ServiceSpec): void {
  const config = field.at('sessionAffinityConfig');
  if (sessionAffinity === 'None' && sessionAffinityConfig !== undefined) config.fail('must be left out with sessionAffinity None (in a patch: null)');
  checkRange(config.at('clientIP').at('timeoutSeconds'), sessionAffinityConfig?.clientIP?.timeoutSeconds, 1, 86_400);
}

function checkTrafficPolicy(field: Field, { type, externalIPs, externalTrafficPolicy }: ServiceSpec): void {
  const isOpen = type === 'NodePort' || type === 'LoadBalancer' || externalIPs.length > 0;
  if (!isOpen && externalTrafficPolicy !== undefined) field.at('externalTrafficPolicy').fail(`must be left out with type ${type} and no externalIPs (in a patch: null)`);
}
