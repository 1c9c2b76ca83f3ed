import type { Service, ServiceSpec } from '../../model/object.ts';

/** Whether a Service has no address of its own, so that its name stands for its Pods. */
export function isHeadless(spec: Pick<ServiceSpec, 'clusterIP'>): boolean {
  return spec.clusterIP === 'None';
}

/** The virtual address of a Service; undefined for those that have none: headless, ExternalName, or not given one yet. */
export function virtualAddressOf({ spec }: Pick<Service, 'spec'>): string | undefined {
  return spec.type === 'ExternalName' || isHeadless(spec) || spec.clusterIP === '' ? undefined : spec.clusterIP;
}
