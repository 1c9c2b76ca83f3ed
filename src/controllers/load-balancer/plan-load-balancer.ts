import type { Plan, PlannedEvent } from '../../control/reconciler.ts';
import { sameValue } from '../../lib/same-value.ts';
import type { LoadBalancerIPClaim, LoadBalancerIngress, Service } from '../../model/object.ts';
import { ownerReferenceTo } from '../../model/owner.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import { exactly, sameObject } from '../object-key.ts';
import type { AddressPool } from './address-pool.ts';
import { chooseAddress } from './choose-address.ts';
import { chooseNode } from './choose-node.ts';

/** The `loadBalancerClass` that means the nodes, as none does. */
export const nodesClass = 'gantry.dev/nodes';

/** Everything that a plan for one Service needs, from one snapshot. */
export interface ObservedLoadBalancer {
  readonly service: Service;
  readonly pool: AddressPool | undefined;
  /** Claims of this Service. */
  readonly claims: readonly LoadBalancerIPClaim[];
  /** `namespace/name` of the Service that holds an address. */
  holderOf(address: string): string | undefined;
  /** Names of the nodes that may answer, sorted. */
  readonly nodes: readonly string[];
}

/** Claims an address, or gives it back, and names the node that answers for it. */
export function planLoadBalancer({ service, pool, claims, holderOf, nodes }: ObservedLoadBalancer): Plan {
  const isWanted = service.spec.type === 'LoadBalancer';
  const isOurs = isWanted && (service.spec.loadBalancerClass ?? nodesClass) === nodesClass && service.metadata.deletionTimestamp === undefined;
  const held = claims.map(({ metadata }) => metadata.name);
  if (!isOurs) {
    // An address that somebody else provides is theirs to write; one of ours goes with its claim.
    const left = isWanted ? service.status.loadBalancer.ingress.filter(({ ip }) => ip === undefined || !held.includes(ip)) : [];
    return { changes: [...release(claims), ...withIngress(service, left)] };
  }
  const shown = service.status.loadBalancer.ingress.flatMap(({ ip }) => (ip !== undefined && holderOf(ip) === undefined ? [ip] : []));
  const chosen = chooseAddress(service, [...held, ...shown], pool, holderOf);
  if ('problem' in chosen) return { changes: [...release(claims), ...withIngress(service, [])], events: [eventOn(service, 'Warning', 'SyncLoadBalancerFailed', chosen.problem)] };
  const { address } = chosen;
  const before = service.status.loadBalancer.ingress.find(({ ip }) => ip === address);
  const nodeName = chooseNode(address, before?.nodeName, nodes);
  return {
    changes: [
      ...release(claims.filter(({ metadata }) => metadata.name !== address)),
      ...(held.includes(address) ? [] : [claimOn(address, service)]),
      ...withIngress(service, [{ ip: address, ...(nodeName === undefined ? {} : { nodeName }) }]),
    ],
    events: before && before.nodeName === nodeName ? [] : [tell(service, address, nodeName, before)],
  };
}

function tell(service: Service, address: string, nodeName: string | undefined, before: LoadBalancerIngress | undefined): PlannedEvent {
  if (nodeName === undefined) return eventOn(service, 'Warning', 'NoNodeAnswers', `${address} is answered by no node: none is ready`);
  return eventOn(service, 'Normal', 'EnsuredLoadBalancer', `${address} is answered by node ${nodeName}${before?.nodeName === undefined ? '' : `, no longer by ${before.nodeName}`}`);
}

function release(claims: readonly LoadBalancerIPClaim[]): readonly RequestedChange[] {
  return claims.map((claim) => ({ verb: 'delete', kind: 'LoadBalancerIPClaim', target: sameObject(claim) }));
}

function claimOn(name: string, service: Service): RequestedChange {
  const { apiVersion, kind, metadata } = service;
  const claimedBy = { apiVersion, kind, namespace: metadata.namespace, name: metadata.name, uid: metadata.uid };
  return { verb: 'create', kind: 'LoadBalancerIPClaim', input: { metadata: { name, ownerReferences: [ownerReferenceTo(service)] }, spec: { claimedBy } } };
}

function withIngress(service: Service, ingress: readonly LoadBalancerIngress[]): readonly RequestedChange[] {
  if (sameValue(service.status.loadBalancer.ingress, ingress)) return [];
  return [{ verb: 'updateStatus', kind: 'Service', target: exactly(service), status: { ...service.status, loadBalancer: { ingress } } }];
}

function eventOn({ kind, metadata: { namespace, name, uid } }: Service, type: PlannedEvent['type'], reason: string, message: string): PlannedEvent {
  return { object: { kind, namespace, name, uid }, type, reason, message };
}
