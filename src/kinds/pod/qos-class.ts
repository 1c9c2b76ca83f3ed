import type { Container, Pod, PodQOSClass } from '../../model/object.ts';
import { compareQuantities, readQuantity } from '../../model/quantity.ts';

const qosResources = ['cpu', 'memory'] as const;

/**
 * Guaranteed where every container limits cpu and memory and requests just as much, BestEffort where none limits or requests either,
 * Burstable otherwise. Init containers count.
 */
export function qosClass({ spec }: Pick<Pod, 'spec'>): PodQOSClass {
  const containers = [...spec.containers, ...spec.initContainers];
  if (containers.every(isWithoutResources)) return 'BestEffort';
  return containers.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

function isWithoutResources({ resources }: Container): boolean {
  return qosResources.every((name) => isZero(resources.limits[name]) && isZero(resources.requests[name]));
}

function isGuaranteed({ resources }: Container): boolean {
  return qosResources.every((name) => {
    const [limit, request] = [resources.limits[name], resources.requests[name]];
    return limit !== undefined && !isZero(limit) && request !== undefined && compareQuantities(limit, request) === 0;
  });
}

function isZero(text: string | undefined): boolean {
  return text === undefined || readQuantity(text).nanos === 0n;
}
