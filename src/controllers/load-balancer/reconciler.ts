import type { Reconciler } from '../../control/reconciler.ts';
import { isConditionTrue } from '../../model/conditions.ts';
import { isKind } from '../../model/object.ts';
import type { LoadBalancerIPClaim, Node, Service, StoredObject } from '../../model/object.ts';
import type { Change, Snapshot } from '../../store/store.ts';
import { serviceNameLabel } from '../endpoints/plan-slices.ts';
import { objectKey, splitKey } from '../object-key.ts';
import type { AddressPool } from './address-pool.ts';
import { planLoadBalancer } from './plan-load-balancer.ts';
import type { ObservedLoadBalancer } from './plan-load-balancer.ts';

/** By this label a node is told never to answer for Services. */
const excludeLabel = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** Gives Services of type LoadBalancer their addresses, and each address a node. Keys are `namespace/name` of Services. */
export function loadBalancerReconciler(pool: AddressPool | undefined): Reconciler<ObservedLoadBalancer> {
  return {
    name: 'load-balancer',
    watches: [
      { kind: 'Service', keys: ({ object, previous }) => ([object, previous].some((each) => each !== undefined && concerns(each)) ? [objectKey(object)] : []) },
      { kind: 'Node', keys: (change, snapshot) => (mayAnswer(change.type === 'DELETED' ? undefined : change.object) === mayAnswer(change.previous) ? [] : balanced(snapshot)) },
      { kind: 'EndpointSlice', keys: sliceKeys },
      { kind: 'LoadBalancerIPClaim', keys: (change, snapshot) => (change.type === 'DELETED' ? balanced(snapshot) : []) },
    ],
    allKeys: (snapshot) => snapshot.list('Service').filter(concerns).map(objectKey),
    observe: (key, snapshot) => observe(key, snapshot, pool),
    plan: planLoadBalancer,
  };
}

function observe(key: string, snapshot: Snapshot, pool: AddressPool | undefined): ObservedLoadBalancer | undefined {
  const { namespace, name } = splitKey(key);
  const service = snapshot.get('Service', namespace, name);
  if (!service) return undefined;
  const claims = snapshot.ownedBy(service.metadata.uid).filter((object): object is LoadBalancerIPClaim => isKind(object, 'LoadBalancerIPClaim'));
  const holderOf = (address: string): string | undefined => {
    const holder = snapshot.get('LoadBalancerIPClaim', '', address)?.spec.claimedBy;
    return holder && `${holder.namespace ?? ''}/${holder.name ?? ''}`;
  };
  return { service, pool, claims, holderOf, nodes: service.spec.type === 'LoadBalancer' ? nodesFor(service, snapshot) : [] };
}

function nodesFor(service: Service, snapshot: Snapshot): readonly string[] {
  const able = snapshot.list('Node').filter(mayAnswer).map(({ metadata }) => metadata.name).sort();
  if (service.spec.externalTrafficPolicy !== 'Local') return able;
  const slices = snapshot.withLabel('EndpointSlice', service.metadata.namespace, serviceNameLabel, service.metadata.name);
  const serving = new Set(slices.flatMap(({ endpoints }) => endpoints.flatMap(({ conditions, nodeName }) => (conditions.ready && nodeName !== undefined ? [nodeName] : []))));
  const withEndpoint = able.filter((node) => serving.has(node));
  return withEndpoint.length > 0 ? withEndpoint : able;
}

function mayAnswer(object: StoredObject | Node | undefined): boolean {
  if (!object || !isKind(object as StoredObject, 'Node')) return false;
  const { metadata, status } = object as Node;
  return metadata.deletionTimestamp === undefined && metadata.labels[excludeLabel] === undefined && isConditionTrue(status.conditions, 'Ready');
}

function concerns(object: StoredObject | Service): boolean {
  const { spec, status } = object as Service;
  return spec.type === 'LoadBalancer' || status.loadBalancer.ingress.length > 0;
}

function balanced(snapshot: Snapshot): readonly string[] {
  return snapshot.list('Service').filter(concerns).map(objectKey);
}

/** Where endpoints are matters only to those that keep to them. */
function sliceKeys({ object }: Change, snapshot: Snapshot): readonly string[] {
  const service = snapshot.get('Service', object.metadata.namespace ?? '', object.metadata.labels[serviceNameLabel] ?? '');
  return service?.spec.type === 'LoadBalancer' && service.spec.externalTrafficPolicy === 'Local' ? [objectKey(service)] : [];
}
