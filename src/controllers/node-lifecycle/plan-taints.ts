import { formatTime } from '../../lib/clock.ts';
import { conditionOf } from '../../model/conditions.ts';
import type { Condition, Node, Taint } from '../../model/object.ts';

/** Set while the node's agent says that the node is not ready. */
export const notReadyTaint = 'node.kubernetes.io/not-ready';
/** Set while nothing is heard of the node. */
export const unreachableTaint = 'node.kubernetes.io/unreachable';

const pressureTaints: Readonly<Record<string, string>> = {
  MemoryPressure: 'node.kubernetes.io/memory-pressure',
  DiskPressure: 'node.kubernetes.io/disk-pressure',
  PIDPressure: 'node.kubernetes.io/pid-pressure',
  NetworkUnavailable: 'node.kubernetes.io/network-unavailable',
};
const unschedulableTaint = 'node.kubernetes.io/unschedulable';
const ownKeys: ReadonlySet<string> = new Set([notReadyTaint, unreachableTaint, unschedulableTaint, ...Object.values(pressureTaints)]);

/**
 * The taints that a node should carry: those that others set, then what follows from its conditions. NoExecute is set only if `mayEvict`, which limits how many
 * nodes lose their Pods at a time. A taint that is already there keeps its time.
 */
export function planTaints(node: Node, conditions: readonly Condition[], mayEvict: boolean, nowMs: number): readonly Taint[] {
  const others = node.spec.taints.filter((taint) => !ownKeys.has(taint.key));
  const wanted = [...readinessTaints(conditions, mayEvict), ...pressures(conditions), ...(node.spec.unschedulable ? [{ key: unschedulableTaint, effect: 'NoSchedule' } as const] : [])];
  const kept = wanted.map((taint): Taint => {
    const before = node.spec.taints.find((one) => one.key === taint.key && one.effect === taint.effect);
    return before ?? (taint.effect === 'NoExecute' ? { ...taint, timeAdded: formatTime(nowMs) } : taint);
  });
  return [...others, ...kept];
}

function readinessTaints(conditions: readonly Condition[], mayEvict: boolean): readonly Taint[] {
  const ready = conditionOf(conditions, 'Ready');
  if (ready?.status === 'True') return [];
  const key = ready?.status === 'Unknown' ? unreachableTaint : notReadyTaint;
  // A node that has not reported yet has no Pods to lose.
  return [{ key, effect: 'NoSchedule' }, ...(mayEvict && ready ? [{ key, effect: 'NoExecute' } as const] : [])];
}

function pressures(conditions: readonly Condition[]): readonly Taint[] {
  return Object.entries(pressureTaints).flatMap(([type, key]) => (conditionOf(conditions, type)?.status === 'True' ? [{ key, effect: 'NoSchedule' } as const] : []));
}
