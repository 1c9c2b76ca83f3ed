import { isKind } from '../../model/object.ts';
import type { AdmissionRule } from './admission-rule.ts';
import { settleClaims } from './claims.ts';

/** A Service that goes gives its load balancer's address back in the same change set. While it lives the controller `load-balancer` decides what it holds. */
export const serviceLoadBalancerIP: AdmissionRule = {
  name: 'service-load-balancer-ip',
  kinds: ['Service'],
  admit({ after, last, change }, context) {
    if (after || !isKind(last, 'Service')) return {};
    settleClaims(last, 'LoadBalancerIPClaim', [], last.status.loadBalancer.ingress.flatMap(({ ip }) => ip ?? []), context, change);
    return {};
  },
};
