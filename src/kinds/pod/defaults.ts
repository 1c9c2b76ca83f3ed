import type { PodInput, PodStatus, Toleration } from '../../model/object.ts';
import type { Content } from '../kind.ts';
import { defaultPodSpec } from './default-spec.ts';

/** How long a Pod stays on a node that is lost, unless it says otherwise. */
export const lostNodeTolerationSeconds = 300;

const lostNodeTaints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

/** Fills a Pod. A Pod, unlike a template, also gets the tolerations by which it outlasts a short loss of its node. */
export function applyDefaults(input: PodInput): Content<'Pod'> {
  const spec = defaultPodSpec(input.spec);
  return { spec: { ...spec, tolerations: withLostNodeTolerations(spec.tolerations) } };
}

/** A new Pod is Pending. */
export function initialStatus(): PodStatus {
  return { phase: 'Pending', conditions: [], containerStatuses: [], initContainerStatuses: [] };
}

function withLostNodeTolerations(tolerations: readonly Toleration[]): readonly Toleration[] {
  const missing = lostNodeTaints.filter((key) => !tolerations.some((toleration) => covers(toleration, key)));
  return [...tolerations, ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: lostNodeTolerationSeconds }) as const)];
}

function covers({ key, effect }: Toleration, taintKey: string): boolean {
  return (key === undefined || key === '' || key === taintKey) && (effect === undefined || effect === 'NoExecute');
}
