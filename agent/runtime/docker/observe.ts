import type Docker from 'dockerode';
import { labels, sandboxName } from '../labels.ts';
import type { ContainerPhase, ObservedContainer, ObservedSandbox, PodIdentity } from '../runtime.ts';

type Info = Docker.ContainerInspectInfo;

/** The Pod that a container's labels name; undefined for a container of someone else. */
export function podOf(all: Readonly<Record<string, string>>): PodIdentity | undefined {
  const uid = all[labels.podUid];
  const name = all[labels.podName];
  const namespace = all[labels.podNamespace];
  return uid && name && namespace ? { uid, name, namespace } : undefined;
}

/** Docker's times; its zero time means never. */
export function timeOf(text: string | undefined): number | undefined {
  if (!text || text.startsWith('0001-')) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

function phaseOf(state: Info['State']): ContainerPhase {
  if (state.Status === 'created') return 'waiting';
  return state.Running || state.Restarting || state.Paused ? 'running' : 'exited';
}

function baseOf(info: Info, pod: PodIdentity): Omit<ObservedSandbox, 'ip'> {
  const phase = phaseOf(info.State);
  return {
    id: info.Id,
    pod,
    attempt: Number(info.Config.Labels[labels.attempt] ?? 0),
    phase,
    createdAtMs: timeOf(info.Created) ?? 0,
    startedAtMs: timeOf(info.State.StartedAt),
    finishedAtMs: phase === 'exited' ? timeOf(info.State.FinishedAt) : undefined,
    exitCode: phase === 'exited' || info.State.Error ? info.State.ExitCode : undefined,
  };
}

/** What Docker says of a sandbox. */
export function sandboxOf(info: Info, pod: PodIdentity): ObservedSandbox {
  const networks = Object.values(info.NetworkSettings.Networks ?? {}) as { readonly IPAddress?: string }[];
  const ip = networks.map((network) => network.IPAddress).find(Boolean);
  return { ...baseOf(info, pod), ip: info.State.Running ? ip : undefined };
}

/** What Docker says of a container. */
export function containerOf(info: Info, pod: PodIdentity): ObservedContainer {
  const all = info.Config.Labels;
  const stopSignal = (info.Config as { readonly StopSignal?: string }).StopSignal;
  return {
    ...baseOf(info, pod),
    name: all[labels.containerName] ?? '',
    sandboxId: all[labels.sandbox] ?? '',
    image: all[labels.image] ?? info.Config.Image,
    imageId: info.Image,
    backOffMs: Number(all[labels.backOffMs] ?? 0),
    graceSeconds: Number(all[labels.graceSeconds] ?? 30),
    oomKilled: info.State.OOMKilled,
    ...(info.State.Error && info.State.Status === 'created' ? { startError: info.State.Error } : {}),
    stopSignal: stopSignal || 'SIGTERM',
  };
}

/** Whether a container holds the Pod's namespaces rather than doing its work. */
export function isSandbox(all: Readonly<Record<string, string>>): boolean {
  return all[labels.containerName] === sandboxName;
}
