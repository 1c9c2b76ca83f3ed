import { filled } from '../../lib/filled.ts';
import type { PodSpec, PodSpecInput, PodTemplateSpec, PodTemplateSpecInput } from '../../model/object.ts';
import { defaultContainer } from './default-container.ts';
import { defaultVolume } from './default-volume.ts';

/** Fills the spec of a Pod or of a template. */
export function defaultPodSpec(input: PodSpecInput): PodSpec {
  const hostNetwork = input.hostNetwork ?? false;
  return filled(input, {
    containers: input.containers.map((container) => defaultContainer(container, hostNetwork)),
    initContainers: (input.initContainers ?? []).map((container) => defaultContainer(container, hostNetwork)),
    volumes: (input.volumes ?? []).map(defaultVolume),
    restartPolicy: input.restartPolicy ?? 'Always',
    terminationGracePeriodSeconds: gracePeriodOf(input.terminationGracePeriodSeconds),
    dnsPolicy: input.dnsPolicy ?? 'ClusterFirst',
    nodeSelector: input.nodeSelector ?? {},
    tolerations: (input.tolerations ?? []).map((toleration) => ({ ...toleration, operator: toleration.operator ?? 'Equal' })),
    hostNetwork,
    hostPID: input.hostPID ?? false,
    hostIPC: input.hostIPC ?? false,
    shareProcessNamespace: input.shareProcessNamespace ?? false,
    hostAliases: input.hostAliases ?? [],
    schedulerName: input.schedulerName ?? 'default-scheduler',
    serviceAccountName: input.serviceAccountName ?? 'default',
    priority: input.priority ?? 0,
    enableServiceLinks: input.enableServiceLinks ?? true,
    imagePullSecrets: input.imagePullSecrets ?? [],
    readinessGates: input.readinessGates ?? [],
  });
}

/** Fills what a controller makes Pods from. */
export function defaultPodTemplate(input: PodTemplateSpecInput): PodTemplateSpec {
  const { labels = {}, annotations = {} } = input.metadata ?? {};
  return { metadata: { labels, annotations }, spec: defaultPodSpec(input.spec) };
}

/** 30 seconds where nothing is said; a negative period means the shortest, 1. */
function gracePeriodOf(seconds: number | undefined): number {
  return seconds === undefined ? 30 : seconds < 0 ? 1 : seconds;
}
