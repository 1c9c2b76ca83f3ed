import { formatTime } from '../../src/lib/clock.ts';
import { conditionOf } from '../../src/model/conditions.ts';
import type { Condition, Node, NodeStatus, NodeSystemInfo } from '../../src/model/object.ts';
import type { ImageFacts, RuntimeFacts, RuntimeProblem } from '../runtime/runtime.ts';
import type { MachineUse } from './machine.ts';

/** What a node's status is made from. */
export interface NodeObservation {
  readonly nodeName: string;
  readonly nodeIP: string;
  readonly info: NodeSystemInfo | undefined;
  readonly facts: RuntimeFacts | undefined;
  readonly use: MachineUse;
  readonly images: readonly ImageFacts[];
  /** Why no Pod can run here now; undefined when they can. */
  readonly problem: RuntimeProblem | undefined;
  /** Why Pods can't get addresses now. */
  readonly networkProblem: string | undefined;
}

/** Pods that one node takes. */
export const maxPods = 110;
/** Less available memory than this is pressure, and never promised to Pods. */
export const reservedMemoryBytes = 100 * 2 ** 20;
/** Less free disk than this share is pressure. */
export const leastFreeDisk = 0.05;
const imagesShown = 50;

const kibibytes = (bytes: number): string => `${Math.max(0, Math.floor(bytes / 1024))}Ki`;

/** What the machine has and what Pods may use of it. */
export function planCapacity(facts: RuntimeFacts, diskBytes: number): Required<Pick<NodeStatus, 'capacity' | 'allocatable'>> {
  const capacity = { cpu: String(facts.cpus), memory: kibibytes(facts.memoryBytes), 'ephemeral-storage': kibibytes(diskBytes), pods: String(maxPods) };
  return { capacity, allocatable: { ...capacity, memory: kibibytes(facts.memoryBytes - reservedMemoryBytes) } };
}

/** The status of a node as its agent sees it. Conditions and addresses of others are kept. */
export function planNodeStatus(previous: NodeStatus | undefined, seen: NodeObservation, nowMs: number): NodeStatus {
  const amounts = seen.facts ? planCapacity(seen.facts, seen.use.diskBytes) : { capacity: previous?.capacity, allocatable: previous?.allocatable };
  const nodeInfo = seen.info ?? previous?.nodeInfo;
  const images = seen.facts ? [...seen.images].sort((a, b) => b.sizeBytes - a.sizeBytes).slice(0, imagesShown) : undefined;
  return {
    ...(amounts.capacity ? amounts : {}),
    conditions: planConditions(previous?.conditions ?? [], seen, nowMs),
    addresses: [{ type: 'InternalIP', address: seen.nodeIP }, { type: 'Hostname', address: seen.nodeName }],
    ...(nodeInfo ? { nodeInfo } : {}),
    images: images?.map(({ names, id, sizeBytes }) => ({ names: names.length > 0 ? names : [id], sizeBytes })) ?? previous?.images ?? [],
  };
}

type Claim = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

function claims({ problem, networkProblem, use }: NodeObservation): readonly Claim[] {
  const claim = (type: string, holds: boolean, yes: readonly [string, string], no: readonly [string, string]): Claim => {
    const [reason, message] = holds ? yes : no;
    return { type, status: holds ? 'True' : 'False', reason, message };
  };
  const isFull = use.diskAvailableBytes < use.diskBytes * leastFreeDisk;
  const fullFolder = use.engineDisk && use.engineDisk.availableBytes < use.engineDisk.bytes * leastFreeDisk ? use.engineDisk.folder : undefined;
  const full = `less than ${leastFreeDisk * 100} % of the disk${fullFolder === undefined ? '' : ` under ${fullFolder}`} is free`;
  const notReady = problem ? { reason: 'KubeletNotReady', message: `container runtime is down: ${problem.message}` } : (networkProblem === undefined ? undefined : { reason: 'KubeletNotReady', message: networkProblem });
  return [
    claim('MemoryPressure', use.memoryAvailableBytes < reservedMemoryBytes, ['KubeletHasInsufficientMemory', 'agent has insufficient memory available'], ['KubeletHasSufficientMemory', 'agent has sufficient memory available']),
    claim('DiskPressure', isFull || fullFolder !== undefined, ['KubeletHasDiskPressure', full], ['KubeletHasNoDiskPressure', 'agent has no disk pressure']),
    claim('PIDPressure', false, ['KubeletHasInsufficientPID', ''], ['KubeletHasSufficientPID', 'agent has sufficient PID available']),
    claim('NetworkUnavailable', networkProblem !== undefined, ['NoPodNetwork', networkProblem ?? ''], ['PodNetworkReady', 'Pods get addresses of this node']),
    claim('Ready', notReady === undefined, ['KubeletReady', 'agent is posting ready status'], [notReady?.reason ?? '', notReady?.message ?? '']),
  ];
}

function planConditions(previous: readonly Condition[], seen: NodeObservation, nowMs: number): readonly Condition[] {
  const now = formatTime(nowMs);
  const own = claims(seen).map((claim): Condition => {
    const before = conditionOf(previous, claim.type);
    return { ...claim, lastHeartbeatTime: now, lastTransitionTime: before?.status === claim.status ? before.lastTransitionTime ?? now : now };
  });
  return [...previous.filter(({ type }) => !own.some((condition) => condition.type === type)), ...own];
}

/** How often a status without news is written all the same. */
export const reportAnywayMs = 300_000;

/** Whether a status is worth writing: it says something new, or nothing was written for long. */
export function isWorthReporting(held: Node | undefined, next: NodeStatus, nowMs: number): boolean {
  if (!held) return false;
  const heartbeat = conditionOf(held.status.conditions, 'Ready')?.lastHeartbeatTime;
  if (heartbeat === undefined || nowMs - Date.parse(heartbeat) >= reportAnywayMs) return true;
  return meaning(held.status) !== meaning(next);
}

function meaning(status: NodeStatus): string {
  const conditions = status.conditions.map(({ type, status: truth, reason, message }) => [type, truth, reason, message]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  const { capacity = {}, allocatable = {}, addresses, nodeInfo, images } = status;
  const sorted = (map: Readonly<Record<string, string>>): unknown => Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([conditions, sorted(capacity), sorted(allocatable), addresses.map(({ type, address }) => [type, address]), nodeInfo && sorted({ ...nodeInfo }), images.map(({ names, sizeBytes }) => [names, sizeBytes])]);
}
