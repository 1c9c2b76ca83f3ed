import type { Pod, ResourceFieldSelector } from '../../../src/model/object.ts';
import { milliValue, readQuantity } from '../../../src/model/quantity.ts';

/** What the node offers; a limit that is left out is this much. */
export type Allocatable = Readonly<Record<string, string>>;

/** A resource of a container, in units of the divisor, rounded up; undefined when container or resource is unknown. */
export function resourceText(pod: Pod, ownName: string | undefined, ref: ResourceFieldSelector, allocatable: Allocatable): string | undefined {
  const name = ref.containerName ?? ownName;
  const container = [...pod.spec.containers, ...pod.spec.initContainers].find((one) => one.name === name);
  const match = /^(limits|requests)\.(.+)$/.exec(ref.resource);
  if (!container || !match) return undefined;
  const [, side, resource = ''] = match;
  const quantity = side === 'limits' ? container.resources.limits[resource] ?? allocatable[resource] : container.resources.requests[resource];
  if (quantity === undefined) return '0';
  const divisor = ref.divisor === undefined || milliValue(ref.divisor) === 0 ? '1' : ref.divisor;
  const amount = readQuantity(quantity).nanos;
  const by = readQuantity(divisor).nanos;
  return String((amount + by - 1n) / by);
}
