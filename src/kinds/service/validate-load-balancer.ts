import { checkName } from '../../model/check-metadata.ts';
import { checkIp, checkRange, isCidr } from '../../model/check-values.ts';
import { checkEach } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import type { ServiceSpec } from '../../model/object.ts';
import { hasHealthCheck } from './has-health-check.ts';

const fields = ['loadBalancerIP', 'loadBalancerClass', 'loadBalancerSourceRanges', 'allocateLoadBalancerNodePorts'] as const;

/** Reports what is wrong with what a Service asks of a load balancer. */
export function checkLoadBalancer(field: Field, spec: ServiceSpec): void {
  if (spec.type !== 'LoadBalancer') {
    for (const name of fields) if (spec[name] !== undefined) field.at(name).fail(`must be left out with type ${spec.type}; only LoadBalancer has it (in a patch: null)`);
  }
  checkIp(field.at('loadBalancerIP'), spec.loadBalancerIP);
  if (spec.loadBalancerClass !== undefined) checkName(field.at('loadBalancerClass'), 'label-key', spec.loadBalancerClass);
  checkEach(field.at('loadBalancerSourceRanges'), spec.loadBalancerSourceRanges ?? [], (element, range) => {
    if (!isCidr(range)) element.fail(`${JSON.stringify(range)} must be a range of addresses, such as "192.0.2.0/24"`);
  });
  checkRange(field.at('healthCheckNodePort'), spec.healthCheckNodePort, 1, 65_535);
  if (!hasHealthCheck(spec) && spec.healthCheckNodePort !== undefined) field.at('healthCheckNodePort').fail('must be left out except with type LoadBalancer and externalTrafficPolicy Local');
  if (spec.healthCheckNodePort !== undefined && spec.ports.some(({ nodePort }) => nodePort === spec.healthCheckNodePort)) field.at('healthCheckNodePort').fail(`${spec.healthCheckNodePort} is also the nodePort of a port; must be another one`);
}

/** Reports changes that whoever provides the load balancer could not follow. */
export function checkLoadBalancerChange(field: Field, next: ServiceSpec, previous: ServiceSpec): void {
  if (next.type !== 'LoadBalancer' || previous.type !== 'LoadBalancer') return;
  if (next.loadBalancerClass !== previous.loadBalancerClass) field.at('loadBalancerClass').fail(`is ${previous.loadBalancerClass ?? 'not set'} and never changes while the type is LoadBalancer`);
  if (hasHealthCheck(next) && hasHealthCheck(previous) && previous.healthCheckNodePort !== undefined && next.healthCheckNodePort !== previous.healthCheckNodePort) {
    field.at('healthCheckNodePort').fail(`is ${previous.healthCheckNodePort} and never changes while externalTrafficPolicy is Local`);
  }
}
