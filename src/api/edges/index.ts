import { budgetsOf } from '../../kinds/pod-disruption-budget/decide-eviction.ts';
import { isKind, kindNames } from '../../model/object.ts';
import type { Deployment, EndpointSlice, KindName, Namespace, Node, Pod, PodDisruptionBudget, ReplicaSet, Service, StoredObject } from '../../model/object.ts';
import { matchesLabelSelector } from '../../model/selector.ts';
import type { Snapshot } from '../../store/store.ts';
import type { ApiContext } from '../context.ts';
import { listEdge } from '../lists/list-objects.ts';
import type { ListArgs } from '../lists/list-objects.ts';
import { createOrder } from '../lists/order.ts';
import type { Order } from '../lists/order.ts';
import type { FieldResolvers } from '../resolvers.ts';
import { commonEdges } from './common-edges.ts';
import { edgesOf } from './guarded-edge.ts';
import { podsOfService, podsOfSlice, serviceNameLabel, servicesOf, slicesOfPod, slicesOfService } from './service-index.ts';

/** Edges between objects, by type. All come from the operation's snapshot and its indexes; none costs time in the size of the cluster. */
export const edges: Readonly<Record<string, FieldResolvers>> = {
  ...Object.fromEntries(kindNames.map((kind) => [kind, commonEdges(kind)])),
  Namespace: {
    ...commonEdges('Namespace'),
    ...edgesOf<Namespace>('Namespace', {
      pods: connection('Pod', (namespace, snapshot) => snapshot.list('Pod', namespace.metadata.name)),
      deployments: connection('Deployment', (namespace, snapshot) => snapshot.list('Deployment', namespace.metadata.name)),
      services: connection('Service', (namespace, snapshot) => snapshot.list('Service', namespace.metadata.name)),
    }),
  },
  Node: {
    ...commonEdges('Node'),
    ...edgesOf<Node>('Node', {
      drain: (node, _args, context) => context.reading.snapshot().get('NodeDrain', '', node.metadata.name),
      pods: connection('Pod', (node, snapshot) => snapshot.podsOnNode(node.metadata.name)),
    }),
  },
  Pod: {
    ...commonEdges('Pod'),
    ...edgesOf<Pod>('Pod', {
      node: (pod, _args, context) => (pod.spec.nodeName ? context.reading.snapshot().get('Node', '', pod.spec.nodeName) : undefined),
      endpointSlices: (pod, _args, context) => slicesOfPod(pod, context.reading.snapshot()),
      services: (pod, _args, context) => servicesOf(pod, context.reading.snapshot()),
      disruptionBudgets: (pod, _args, context) => budgetsOf(pod, context.reading.snapshot().list('PodDisruptionBudget', pod.metadata.namespace)),
    }),
  },
  PodDisruptionBudget: {
    ...commonEdges('PodDisruptionBudget'),
    ...edgesOf<PodDisruptionBudget>('PodDisruptionBudget', { pods: connection('Pod', ({ metadata, spec }, snapshot) => snapshot.list('Pod', metadata.namespace).filter((pod) => matchesLabelSelector(spec.selector, pod.metadata.labels))) }),
  },
  ReplicaSet: {
    ...commonEdges('ReplicaSet'),
    ...edgesOf<ReplicaSet>('ReplicaSet', {
      pods: connection('Pod', (replicaSet, snapshot) => controlledBy(replicaSet, 'Pod', snapshot)),
      deployment: (replicaSet, _args, context) => {
        const owner = replicaSet.metadata.ownerReferences.find((reference) => reference.controller && reference.kind === 'Deployment');
        return owner && context.reading.snapshot().byUid(owner.uid);
      },
    }),
  },
  Deployment: {
    ...commonEdges('Deployment'),
    ...edgesOf<Deployment>('Deployment', {
      replicaSets: connection('ReplicaSet', (deployment, snapshot) => controlledBy(deployment, 'ReplicaSet', snapshot), newestRevisionFirst()),
      pods: connection('Pod', (deployment, snapshot) => controlledBy(deployment, 'ReplicaSet', snapshot).flatMap((replicaSet) => controlledBy(replicaSet, 'Pod', snapshot)), createOrder({}, [])),
    }),
  },
  Service: {
    ...commonEdges('Service'),
    ...edgesOf<Service>('Service', {
      endpointSlices: (service, _args, context) => slicesOfService(service, context.reading.snapshot()),
      pods: connection('Pod', podsOfService),
    }),
  },
  EndpointSlice: {
    ...commonEdges('EndpointSlice'),
    ...edgesOf<EndpointSlice>('EndpointSlice', {
      service: ({ metadata }, _args, context) => {
        const name = metadata.labels[serviceNameLabel];
        return name === undefined ? undefined : context.reading.snapshot().get('Service', metadata.namespace ?? '', name);
      },
      pods: (slice, _args, context) => podsOfSlice(slice, context.reading.snapshot()),
    }),
  },
};

function connection<Source>(kind: KindName, find: (source: Source, snapshot: Snapshot) => readonly StoredObject[], order?: Order) {
  return (source: Source, args: ListArgs, context: ApiContext) => listEdge(kind, args, context, (snapshot) => find(source, snapshot), order);
}

function controlledBy<K extends 'Pod' | 'ReplicaSet'>(owner: StoredObject, kind: K, snapshot: Snapshot) {
  return snapshot.ownedBy(owner.metadata.uid).filter((object) => isKind(object, kind)
    && object.metadata.ownerReferences.some((reference) => reference.controller && reference.uid === owner.metadata.uid));
}

/** By the Deployment's revision of a ReplicaSet, which stands in an annotation. */
function newestRevisionFirst(): Order {
  const plain = createOrder({}, []);
  const keyOf: Order['keyOf'] = (object) => [-Number(object.metadata.annotations['deployment.kubernetes.io/revision'] ?? 0) || 0, ...plain.keyOf(object)];
  const compareKeys: Order['compareKeys'] = (one, other) => Number(one[0]) - Number(other[0]) || plain.compareKeys(one.slice(1), other.slice(1));
  return { text: '-revision', keyOf, compareKeys, compare: (one, other) => compareKeys(keyOf(one), keyOf(other)) };
}
