import type { Container, Pod } from '../../src/model/object.ts';
import { milliValue, parseQuantity } from '../../src/model/quantity.ts';
import type { ContainerSpec, HostPort, ImageFacts, Mount, SandboxSpec } from '../runtime/runtime.ts';
import { expand } from './env/expand.ts';
import type { Variable } from './service-env.ts';
import { planOomScore } from './plan-oom-score.ts';
import { StepError } from './step-error.ts';

/** The identity of a Pod for its runtime. */
export function identityOf(pod: Pod): ContainerSpec['pod'] {
  return { uid: pod.metadata.uid, name: pod.metadata.name, namespace: pod.metadata.namespace ?? '' };
}

/** The Pod's hostname: its own choice or its name, no longer than the kernel takes. */
export function hostnameOf(pod: Pod): string {
  return (pod.spec.hostname ?? pod.metadata.name).slice(0, 63).replace(/[-.]+$/, '');
}

const longestName = 64;

/** The name by which the Pod's kernel knows it. Throws StepError where the full name is asked for and is too long for it. */
function kernelNameOf(pod: Pod, clusterDomain: string): string {
  const { setHostnameAsFQDN, subdomain, hostNetwork } = pod.spec;
  if (!setHostnameAsFQDN || !subdomain || hostNetwork) return hostnameOf(pod);
  const name = fullNameOf(pod, clusterDomain);
  if (name.length > longestName) throw new StepError('FailedCreatePodSandBox', `${name} is too long for a host name (${name.length} characters, at most ${longestName}); shorten hostname or subdomain, or leave out setHostnameAsFQDN`);
  return name;
}

/** `<hostname>.<subdomain>.<namespace>.svc.<zone>`. */
export function fullNameOf(pod: Pod, clusterDomain: string): string {
  return [hostnameOf(pod), pod.spec.subdomain, pod.metadata.namespace, 'svc', clusterDomain].join('.');
}

/** What the Pod's sandbox is to look like. Throws StepError where it cannot be. */
export function sandboxSpec(pod: Pod, attempt: number, clusterDomain: string): SandboxSpec {
  const ports = [...pod.spec.containers, ...pod.spec.initContainers].flatMap((container) => container.ports);
  return {
    pod: identityOf(pod),
    attempt,
    hostname: kernelNameOf(pod, clusterDomain),
    hostNetwork: pod.spec.hostNetwork,
    hostPID: pod.spec.hostPID,
    hostIPC: pod.spec.hostIPC,
    hostPorts: ports.flatMap(({ hostPort, containerPort, protocol, hostIP }): HostPort[] => (hostPort ? [{ hostPort, containerPort, protocol, hostIP }] : [])),
    sysctls: Object.fromEntries((pod.spec.securityContext?.sysctls ?? []).map(({ name, value }) => [name, value])),
  };
}

function userOf(pod: Pod, container: Container, image: ImageFacts): string | undefined {
  const pods = pod.spec.securityContext;
  const own = container.securityContext;
  const uid = own?.runAsUser ?? pods?.runAsUser;
  const gid = own?.runAsGroup ?? pods?.runAsGroup;
  const effective = uid === undefined ? image.user.split(':')[0] ?? '' : String(uid);
  if ((own?.runAsNonRoot ?? pods?.runAsNonRoot) && (effective === '' || effective === '0' || effective === 'root')) {
    throw new StepError('CreateContainerConfigError', `container has runAsNonRoot and ${uid === undefined ? 'image will run as root' : "container's runAsUser breaks non-root policy"} (container: ${container.name})`);
  }
  if (uid === undefined && gid === undefined) return undefined;
  return gid === undefined ? String(uid) : `${uid ?? (effective || '0')}:${gid}`;
}

/** What is known only when the container is about to be made. */
export interface ContainerInputs {
  readonly attempt: number;
  readonly backOffMs: number;
  readonly sandboxId: string;
  readonly image: ImageFacts;
  readonly env: readonly Variable[];
  readonly mounts: readonly Mount[];
  readonly nodeMemoryBytes: number;
}

/** What a container is to look like, everything resolved. Throws StepError where the spec can't be met. */
export function containerSpec(pod: Pod, container: Container, inputs: ContainerInputs): ContainerSpec {
  const { limits, requests } = container.resources;
  const security = container.securityContext;
  const values = new Map(inputs.env.map(({ name, value }) => [name, value]));
  const resolve = (texts: readonly string[] | undefined): string[] | undefined => texts?.map((text) => expand(text, values));
  const fsGroup = pod.spec.securityContext?.fsGroup;
  return {
    pod: identityOf(pod),
    name: container.name,
    attempt: inputs.attempt,
    sandboxId: inputs.sandboxId,
    image: container.image,
    imageId: inputs.image.id,
    command: resolve(container.command),
    args: resolve(container.args),
    workingDir: container.workingDir,
    env: inputs.env,
    mounts: inputs.mounts,
    resources: {
      cpuRequestMillis: milliValue(requests['cpu'] ?? '0'),
      cpuLimitMillis: limits['cpu'] === undefined ? undefined : milliValue(limits['cpu']),
      memoryLimitBytes: limits['memory'] === undefined ? undefined : parseQuantity(limits['memory']),
      oomScoreAdj: planOomScore(pod, container, inputs.nodeMemoryBytes),
    },
    user: userOf(pod, container, inputs.image),
    groups: [...(pod.spec.securityContext?.supplementalGroups ?? []), ...(fsGroup === undefined ? [] : [fsGroup])].map(String),
    privileged: security?.privileged ?? false,
    readOnlyRoot: security?.readOnlyRootFilesystem ?? false,
    noNewPrivileges: security?.allowPrivilegeEscalation === false,
    capabilitiesAdd: security?.capabilities?.add ?? [],
    capabilitiesDrop: security?.capabilities?.drop ?? [],
    stdin: container.stdin,
    tty: container.tty,
    pidNamespace: pod.spec.hostPID ? 'node' : pod.spec.shareProcessNamespace ? 'pod' : 'own',
    backOffMs: inputs.backOffMs,
    graceSeconds: pod.spec.terminationGracePeriodSeconds,
  };
}
