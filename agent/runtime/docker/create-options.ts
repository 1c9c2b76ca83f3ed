import type Docker from 'dockerode';
import type { ContainerSpec, HostPort, PodIdentity, SandboxSpec } from '../runtime.ts';
import { labels, sandboxName } from '../labels.ts';

/** What is the same for all containers of one agent. */
export interface CreateContext {
  readonly clusterId: string;
  /** Docker network of the Pods: `bridge` or one of our own. */
  readonly network: string;
  readonly pauseImage: string;
  /** Whether the engine lets a container have a negative oom_score_adj. */
  readonly mayLowerOomScore: boolean;
}

/** `k8s_<container>_<pod>_<namespace>_<uid>_<attempt>`. */
export function dockerName(container: string, pod: PodIdentity, attempt: number): string {
  return ['k8s', container, pod.name, pod.namespace, pod.uid, String(attempt)].join('_');
}

function podLabels(context: CreateContext, pod: PodIdentity, container: string, attempt: number): Record<string, string> {
  return {
    [labels.cluster]: context.clusterId,
    [labels.podName]: pod.name,
    [labels.podNamespace]: pod.namespace,
    [labels.podUid]: pod.uid,
    [labels.containerName]: container,
    [labels.attempt]: String(attempt),
  };
}

/** Docker's form of published ports. They belong to the sandbox: it holds the network. */
export function portBindings(ports: readonly HostPort[]): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    (bindings[`${port.containerPort}/${port.protocol.toLowerCase()}`] ??= []).push({ HostIp: port.hostIP ?? '', HostPort: String(port.hostPort) });
  }
  return bindings;
}

/** Docker options of a Pod's sandbox. Its IPC is shareable so that the others can join; hostname and ports are set here alone. */
export function sandboxOptions(spec: SandboxSpec, context: CreateContext): Docker.ContainerCreateOptions {
  const bindings = spec.hostNetwork ? {} : portBindings(spec.hostPorts);
  return {
    name: dockerName(sandboxName, spec.pod, spec.attempt),
    Image: context.pauseImage,
    ...(spec.hostNetwork ? {} : { Hostname: spec.hostname }),
    Labels: podLabels(context, spec.pod, sandboxName, spec.attempt),
    ExposedPorts: Object.fromEntries(Object.keys(bindings).map((port) => [port, {}])),
    HostConfig: {
      NetworkMode: spec.hostNetwork ? 'host' : context.network,
      IpcMode: spec.hostIPC ? 'host' : 'shareable',
      ...(spec.hostPID ? { PidMode: 'host' } : {}),
      PortBindings: bindings,
      Sysctls: { ...spec.sysctls },
      OomScoreAdj: context.mayLowerOomScore ? -998 : 0,
      CpuShares: 2,
      // Its program is ours and only waits; a filter of its calls would cost every Pod some 25 ms of processor time.
      SecurityOpt: ['no-new-privileges', 'seccomp=unconfined'],
      LogConfig: { Type: 'none', Config: {} },
    },
  };
}

const cpuPeriodMicros = 100_000;

/** Kernel weight of a cpu request: 1024 for a whole cpu, at least 2. */
export function cpuShares(requestMillis: number): number {
  return Math.max(2, Math.floor((requestMillis * 1024) / 1000));
}

/** Microseconds of cpu time in each 100 ms: at least 1,000. */
export function cpuQuota(limitMillis: number): number {
  return Math.max(1000, Math.floor((limitMillis * cpuPeriodMicros) / 1000));
}

function resourceOptions(spec: ContainerSpec, context: CreateContext): Docker.HostConfig {
  const { cpuLimitMillis, memoryLimitBytes, oomScoreAdj, cpuRequestMillis } = spec.resources;
  return {
    CpuShares: cpuShares(cpuRequestMillis),
    ...(cpuLimitMillis ? { CpuPeriod: cpuPeriodMicros, CpuQuota: cpuQuota(cpuLimitMillis) } : {}),
    ...(memoryLimitBytes ? { Memory: memoryLimitBytes, MemorySwap: memoryLimitBytes } : {}),
    OomScoreAdj: context.mayLowerOomScore ? oomScoreAdj : Math.max(0, oomScoreAdj),
  };
}

function pidMode(spec: ContainerSpec): Docker.HostConfig {
  if (spec.pidNamespace === 'node') return { PidMode: 'host' };
  return spec.pidNamespace === 'pod' ? { PidMode: `container:${spec.sandboxId}` } : {};
}

/** Docker options of a container that joins its Pod's sandbox. A command replaces the image's entrypoint and arguments, args alone its arguments. */
export function containerOptions(spec: ContainerSpec, context: CreateContext): Docker.ContainerCreateOptions {
  return {
    name: dockerName(spec.name, spec.pod, spec.attempt),
    Image: spec.imageId,
    ...(spec.command?.length ? { Entrypoint: [...spec.command], Cmd: [...(spec.args ?? [])] } : spec.args?.length ? { Cmd: [...spec.args] } : {}),
    Env: spec.env.map(({ name, value }) => `${name}=${value}`),
    ...(spec.workingDir ? { WorkingDir: spec.workingDir } : {}),
    ...(spec.user === undefined ? {} : { User: spec.user }),
    OpenStdin: spec.stdin,
    Tty: spec.tty,
    Labels: {
      ...podLabels(context, spec.pod, spec.name, spec.attempt),
      [labels.sandbox]: spec.sandboxId,
      [labels.image]: spec.image,
      [labels.backOffMs]: String(spec.backOffMs),
      [labels.graceSeconds]: String(spec.graceSeconds),
    },
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: `container:${spec.sandboxId}`,
      IpcMode: `container:${spec.sandboxId}`,
      ...pidMode(spec),
      Mounts: spec.mounts.map((mount) => ({ Type: 'bind', Source: mount.hostPath, Target: mount.containerPath, ReadOnly: mount.readOnly })),
      ...resourceOptions(spec, context),
      Privileged: spec.privileged,
      ReadonlyRootfs: spec.readOnlyRoot,
      CapAdd: [...spec.capabilitiesAdd],
      CapDrop: [...spec.capabilitiesDrop],
      GroupAdd: [...spec.groups],
      ...(spec.noNewPrivileges ? { SecurityOpt: ['no-new-privileges'] } : {}),
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    },
  };
}
