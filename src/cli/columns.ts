import type { EndpointSlice, KindName, NetworkPolicy, Node, Objects, Pod, Service } from '../model/object.ts';
import { formatSelector, selectorOf } from '../model/selector.ts';
import { renderAge } from './render-table.ts';

/** One column of a kind's table. */
export interface Column<K extends KindName> {
  readonly heading: string;
  cell(object: Objects[K], nowMs: number): string | number;
}

type Columns = { readonly [K in KindName]: readonly Column<K>[] };

const name = { heading: 'NAME', cell: (object: { metadata: { name: string } }) => object.metadata.name };
const age = { heading: 'AGE', cell: (object: { metadata: { creationTimestamp: string } }, nowMs: number) => renderAge(object.metadata.creationTimestamp, nowMs) };
const data = { heading: 'DATA', cell: (object: { data: Readonly<Record<string, string>> }) => Object.keys(object.data).length };

/** What a list of each kind shows. */
export const columns: Columns = {
  Deployment: [
    name, { heading: 'DESIRED', cell: ({ spec }) => spec.replicas }, { heading: 'CURRENT', cell: ({ status }) => status.replicas },
    { heading: 'UP_TO_DATE', cell: ({ status }) => status.updatedReplicas }, { heading: 'AVAILABLE', cell: ({ status }) => status.availableReplicas }, age,
  ],
  ReplicaSet: [name, { heading: 'DESIRED', cell: ({ spec }) => spec.replicas }, { heading: 'CURRENT', cell: ({ status }) => status.replicas }, { heading: 'READY', cell: ({ status }) => status.readyReplicas }, age],
  Pod: [
    name, { heading: 'READY', cell: ({ status, spec }) => `${status.containerStatuses.filter(({ ready }) => ready).length}/${spec.containers.length}` }, { heading: 'STATUS', cell: podStatus },
    { heading: 'RESTARTS', cell: ({ status }) => status.containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0) }, age,
    { heading: 'IP', cell: ({ status }) => status.podIP ?? '-' }, { heading: 'NODE', cell: ({ spec }) => spec.nodeName ?? '-' },
  ],
  Service: [
    name, { heading: 'TYPE', cell: ({ spec }) => spec.type }, { heading: 'CLUSTER_IP', cell: ({ spec }) => spec.clusterIP ?? spec.externalName ?? '-' }, { heading: 'EXTERNAL_IP', cell: externalAddresses }, { heading: 'PORTS', cell: servicePorts }, age,
  ],
  Node: [
    name, { heading: 'STATUS', cell: nodeStatus }, { heading: 'ADDRESS', cell: ({ status }) => status.addresses.find(({ type }) => type === 'InternalIP')?.address ?? '-' },
    { heading: 'PODS_IN', cell: ({ spec }) => spec.podCIDR ?? '-' }, age, { heading: 'VERSION', cell: ({ status }) => status.nodeInfo?.kubeletVersion ?? '-' },
  ],
  EndpointSlice: [name, { heading: 'READY', cell: readyEndpoints }, { heading: 'PORTS', cell: ({ ports }) => ports.map(({ port, protocol }) => `${port ?? '*'}/${protocol}`).join(',') }, age],
  Endpoints: [name, { heading: 'ENDPOINTS', cell: ({ subsets }) => subsets.flatMap(({ addresses, ports }) => addresses.flatMap(({ ip }) => (ports.length === 0 ? [ip] : ports.map(({ port }) => `${ip}:${port}`)))).join(',') || '<none>' }, age],
  NetworkPolicy: [name, { heading: 'POD_SELECTOR', cell: selectedPods }, { heading: 'TYPES', cell: ({ spec }) => spec.policyTypes.join(',') }, age],
  Namespace: [name, { heading: 'STATUS', cell: ({ status }) => status.phase }, age],
  ConfigMap: [name, data, age],
  Secret: [name, { heading: 'TYPE', cell: ({ type }) => type }, data, age],
  Event: [
    { heading: 'LAST', cell: ({ lastTimestamp }, nowMs) => renderAge(lastTimestamp, nowMs) }, { heading: 'TYPE', cell: ({ type }) => type }, { heading: 'REASON', cell: ({ reason }) => reason },
    { heading: 'OBJECT', cell: ({ involvedObject }) => `${involvedObject.kind}/${involvedObject.name}` }, { heading: 'MESSAGE', cell: ({ message, count }) => (count > 1 ? `${message} (${count} times)` : message) },
  ],
  ClusterIPClaim: [name, age],
  LoadBalancerIPClaim: [name, { heading: 'CLAIMED_BY', cell: ({ spec: { claimedBy } }) => `${claimedBy.namespace ?? ''}/${claimedBy.name}` }, age],
  NodeDrain: [
    name, { heading: 'PHASE', cell: ({ status }) => status.phase }, { heading: 'REMAINING', cell: ({ status }) => status.remainingPods }, { heading: 'WAITING', cell: ({ status }) => status.waitingPods.length }, age,
  ],
  NodePortClaim: [name, age],
  PodCIDRClaim: [name, age],
  PodDisruptionBudget: [
    name, { heading: 'MIN_AVAILABLE', cell: ({ spec }) => spec.minAvailable ?? 'N/A' }, { heading: 'MAX_UNAVAILABLE', cell: ({ spec }) => spec.maxUnavailable ?? 'N/A' },
    { heading: 'ALLOWED_DISRUPTIONS', cell: ({ status }) => status.disruptionsAllowed }, age,
  ],
};

function podStatus({ metadata, status }: Pod): string {
  if (metadata.deletionTimestamp) return 'Terminating';
  const states = [...status.initContainerStatuses, ...status.containerStatuses].map(({ state }) => state);
  const waiting = states.find(({ waiting: one }) => one?.reason && !['PodInitializing', 'ContainerCreating'].includes(one.reason))?.waiting?.reason;
  return status.reason ?? waiting ?? (status.phase === 'Running' ? undefined : states.find(({ terminated }) => terminated?.reason && terminated.exitCode !== 0)?.terminated?.reason) ?? status.phase;
}

function nodeStatus({ spec, status }: Node): string {
  const ready = status.conditions.find(({ type }) => type === 'Ready')?.status;
  return [ready === 'True' ? 'Ready' : ready === 'False' ? 'NotReady' : 'Unknown', ...(spec.unschedulable ? ['Cordoned'] : [])].join(',');
}

/** As kubectl tells it: `<pending>` until a load balancer has an address. */
function externalAddresses({ spec, status }: Service): string {
  const balanced = status.loadBalancer.ingress.flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
  const all = [...balanced, ...spec.externalIPs];
  return all.length > 0 ? all.join(',') : spec.type === 'LoadBalancer' ? '<pending>' : '-';
}

function servicePorts({ spec }: Service): string {
  return spec.ports.map(({ port, nodePort, protocol }) => `${port}${nodePort === undefined ? '' : `:${nodePort}`}/${protocol}`).join(',');
}

function selectedPods({ spec }: NetworkPolicy): string {
  return formatSelector(selectorOf(spec.podSelector) ?? []) || '<all>';
}

function readyEndpoints({ endpoints }: EndpointSlice): string {
  return endpoints.filter(({ conditions }) => conditions.ready !== false).flatMap(({ addresses }) => addresses).join(',') || '-';
}
