import { qosClass } from '../../src/kinds/pod/qos-class.ts';
import type { Container, Pod } from '../../src/model/object.ts';
import { parseQuantity } from '../../src/model/quantity.ts';

/** Which processes the kernel kills first when memory runs out: -997 for Guaranteed, 1000 for BestEffort, 2..999 between them by the share of memory requested. */
export function planOomScore(pod: Pod, container: Container, nodeMemoryBytes: number): number {
  const qos = qosClass(pod);
  if (qos === 'Guaranteed') return -997;
  if (qos === 'BestEffort') return 1000;
  const requested = parseQuantity(container.resources.requests['memory'] ?? '0');
  const score = 1000 - Math.floor((1000 * requested) / Math.max(1, nodeMemoryBytes));
  return Math.min(999, Math.max(2, score));
}
