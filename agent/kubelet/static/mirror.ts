import type { Pod, PodInput } from '../../../src/model/object.ts';

/** Annotations that tell a static Pod and its mirror. */
export const staticAnnotations = { source: 'kubernetes.io/config.source', hash: 'kubernetes.io/config.hash', mirror: 'kubernetes.io/config.mirror' } as const;

/** Whether a Pod only shows a static one in the API; it is never run itself. */
export function isMirror(pod: Pod): boolean {
  return pod.metadata.annotations[staticAnnotations.mirror] !== undefined;
}

/** Uid of the Pod whose containers a Pod of the API stands for: its own, or that of the static Pod that it mirrors. */
export function runningUid(pod: Pod): string {
  return pod.metadata.annotations[staticAnnotations.mirror] ?? pod.metadata.uid;
}

/** How a static Pod appears in the API. */
export function mirrorOf(pod: Pod): PodInput {
  const { name, namespace, labels, annotations, uid } = pod.metadata;
  return { metadata: { name, ...(namespace ? { namespace } : {}), labels, annotations: { ...annotations, [staticAnnotations.mirror]: uid } }, spec: pod.spec };
}
