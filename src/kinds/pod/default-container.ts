import { filled } from '../../lib/filled.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { Container, ContainerInput, ContainerPort, ContainerPortInput, HTTPGetAction, HTTPGetActionInput, ImagePullPolicy, Lifecycle, LifecycleHandler, LifecycleHandlerInput,
  LifecycleInput, Probe, ProbeInput, ResourceRequirements, ResourceRequirementsInput, VolumeMount, VolumeMountInput } from '../../model/object.ts';

/** Fills a container. On the node's network a port of the container is the same port of the node. */
export function defaultContainer(input: ContainerInput, isHostNetwork: boolean): Container {
  return filled(input, {
    ports: (input.ports ?? []).map((port) => defaultPort(port, isHostNetwork)),
    env: input.env ?? [],
    envFrom: input.envFrom ?? [],
    resources: defaultResources(input.resources ?? {}),
    volumeMounts: (input.volumeMounts ?? []).map(defaultMount),
    livenessProbe: input.livenessProbe && defaultProbe(input.livenessProbe),
    readinessProbe: input.readinessProbe && defaultProbe(input.readinessProbe),
    startupProbe: input.startupProbe && defaultProbe(input.startupProbe),
    lifecycle: input.lifecycle && defaultLifecycle(input.lifecycle),
    imagePullPolicy: input.imagePullPolicy ?? pullPolicyOf(input.image),
    terminationMessagePath: input.terminationMessagePath ?? '/dev/termination-log',
    terminationMessagePolicy: input.terminationMessagePolicy ?? 'File',
    stdin: input.stdin ?? false,
    tty: input.tty ?? false,
  });
}

/** Always where an image moves (tag `latest`, or neither tag nor digest), IfNotPresent where it stands still. */
export function pullPolicyOf(image: string): ImagePullPolicy {
  const [name = '', digest] = image.split('@');
  const lastPart = name.slice(name.lastIndexOf('/') + 1);
  const tag = lastPart.includes(':') ? lastPart.slice(lastPart.indexOf(':') + 1) : undefined;
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent';
}

function defaultPort(input: ContainerPortInput, isHostNetwork: boolean): ContainerPort {
  const hostPort = input.hostPort ?? (isHostNetwork ? input.containerPort : undefined);
  return filled(input, { hostPort, protocol: input.protocol ?? 'TCP' });
}

/** A resource that is limited but not requested is requested up to its limit. */
function defaultResources(input: ResourceRequirementsInput): ResourceRequirements {
  const limits = input.limits ?? {};
  return { limits, requests: { ...limits, ...input.requests } };
}

function defaultMount(input: VolumeMountInput): VolumeMount {
  return filled(input, { readOnly: input.readOnly ?? false });
}

function defaultProbe(input: ProbeInput): Probe {
  return filled(input, {
    httpGet: input.httpGet && defaultHttpGet(input.httpGet),
    initialDelaySeconds: input.initialDelaySeconds ?? 0,
    timeoutSeconds: input.timeoutSeconds ?? 1,
    periodSeconds: input.periodSeconds ?? 10,
    successThreshold: input.successThreshold ?? 1,
    failureThreshold: input.failureThreshold ?? 3,
  });
}

function defaultLifecycle(input: LifecycleInput): Lifecycle {
  return withoutUndefined({ postStart: input.postStart && defaultHandler(input.postStart), preStop: input.preStop && defaultHandler(input.preStop) });
}

function defaultHandler(input: LifecycleHandlerInput): LifecycleHandler {
  return filled(input, { httpGet: input.httpGet && defaultHttpGet(input.httpGet) });
}

function defaultHttpGet(input: HTTPGetActionInput): HTTPGetAction {
  return filled(input, { path: input.path ?? '/', scheme: input.scheme ?? 'HTTP', httpHeaders: input.httpHeaders ?? [] });
}
