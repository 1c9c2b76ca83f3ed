import type { Container, ContainerPort, Namespace, Node, ObjectMeta, Pod, PodSpec, Taint } from '../../../src/model/object.ts';
import { NodeCache } from '../../../src/scheduler/node-cache.ts';

/** What a test says of a Pod; everything else is as a plain Pod has it. */
export interface PodSketch extends Partial<Pick<PodSpec, 'nodeName' | 'nodeSelector' | 'affinity' | 'tolerations' | 'priority' | 'schedulerName' | 'topologySpreadConstraints'>> {
  readonly labels?: Readonly<Record<string, string>>;
  readonly namespace?: string;
  /** Uid of its controller. */
  readonly owner?: string;
  readonly isGoing?: boolean;
  readonly requests?: Readonly<Record<string, string>>;
  readonly init?: readonly { readonly requests: Readonly<Record<string, string>>; readonly isSidecar?: boolean }[];
  readonly hostPorts?: readonly Pick<ContainerPort, 'hostPort' | 'hostIP' | 'protocol'>[];
  readonly phase?: Pod['status']['phase'];
  readonly createdMs?: number;
  readonly generation?: number;
  readonly image?: string;
}

/** A Pod in namespace default. */
export function aPod(name: string, sketch: PodSketch = {}): Pod {
  const { requests = {}, init = [], hostPorts = [], phase = 'Pending', createdMs = 0, generation = 1, image = 'busybox:1', labels = {}, namespace = 'default', owner, isGoing = false, ...spec } = sketch;
  return {
    apiVersion: 'v1', kind: 'Pod', metadata: meta(name, {
      namespace, labels, generation, creationTimestamp: new Date(createdMs).toISOString(), ...(isGoing ? { deletionTimestamp: '2030-01-01T00:00:00.000Z' } : {}),
      ownerReferences: owner === undefined ? [] : [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true }],
    }),
    spec: {
      containers: [aContainer('main', image, requests, hostPorts)],
      initContainers: init.map(({ requests: needs, isSidecar }, i) => ({ ...aContainer(`init-${i}`, image, needs, []), ...(isSidecar ? { restartPolicy: 'Always' as const } : {}) })),
      volumes: [], restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst', nodeSelector: {}, tolerations: [], hostNetwork: false, hostPID: false, hostIPC: false,
      shareProcessNamespace: false, hostAliases: [], schedulerName: 'default-scheduler', serviceAccountName: 'default', priority: 0, enableServiceLinks: true, imagePullSecrets: [], readinessGates: [], ...spec,
    },
    status: { phase, conditions: [], containerStatuses: [], initContainerStatuses: [] },
  };
}

/** What a test says of a node; 4 processors, 8 GiB and 110 Pods where it says nothing. */
export interface NodeSketch {
  readonly allocatable?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  readonly unschedulable?: boolean;
  readonly images?: Node['status']['images'];
}

/** A node. */
export function aNode(name: string, { allocatable, labels = {}, taints = [], unschedulable = false, images = [] }: NodeSketch = {}): Node {
  return {
    apiVersion: 'v1', kind: 'Node', metadata: meta(name, { labels }), spec: { taints, unschedulable },
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110', ...allocatable }, conditions: [], addresses: [], images },
  };
}

/** A namespace with labels. */
export function aNamespace(name: string, labels: Readonly<Record<string, string>> = {}): Namespace {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: meta(name, { labels }), spec: { finalizers: [] }, status: { phase: 'Active', conditions: [] } };
}

/** The cluster view of some nodes and Pods. */
export function clusterOf(nodes: readonly Node[], pods: readonly Pod[] = [], namespaces: readonly Namespace[] = []): NodeCache {
  return new NodeCache({ list: ((kind: string) => ({ Node: nodes, Pod: pods, Namespace: namespaces })[kind] ?? []) as never });
}

function aContainer(name: string, image: string, requests: Readonly<Record<string, string>>, hostPorts: NonNullable<PodSketch['hostPorts']>): Container {
  return {
    name, image, ports: hostPorts.map((port) => ({ containerPort: 80, ...port })), env: [], envFrom: [], resources: { limits: {}, requests }, volumeMounts: [], imagePullPolicy: 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', stdin: false, tty: false,
  };
}

function meta(name: string, more: Partial<ObjectMeta>): ObjectMeta {
  return { uid: `uid-${name}`, name, labels: {}, annotations: {}, creationTimestamp: '1970-01-01T00:00:00.000Z', finalizers: [], ownerReferences: [], resourceVersion: '1', generation: 1, managedFields: [], ...more };
}
