import Docker from 'dockerode';
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { labels } from '../labels.ts';
import type { ContainerSpec, ExecResult, ImageFacts, ObservedContainer, ObservedPod, ObservedSandbox, Runtime, RuntimeFacts, SandboxSpec } from '../runtime.ts';
import { createLimit, EngineTimeout, engineMessage, ignoring, quickMs, slowMs, statusOf, timed } from './calls.ts';
import { containerOptions, sandboxOptions } from './create-options.ts';
import type { CreateContext } from './create-options.ts';
import { runInside } from './exec.ts';
import { followProgress } from './follow-progress.ts';
import { containerOf, isSandbox, podOf, sandboxOf } from './observe.ts';
import { mayLowerOomScore } from './oom-privilege.ts';
import { pauseImage, pauseImageName } from './pause-image.ts';
import { createPodNetwork } from './pod-network.ts';
import { readLogs } from './read-logs.ts';
import { watchEvents } from './watch-events.ts';

/** What the Docker runtime needs. */
export interface DockerRuntimeOptions {
  readonly socketPath: string;
  /** Only containers labelled with it are seen. */
  readonly clusterId: string;
  readonly logger: Logger;
  /** How long the engine may take to say that it works; 10 s where left out. */
  readonly patienceMs?: number | undefined;
}

/** Starts beyond this many at once only wait longer: they are bound by the processor. */
const startsAtOnce = 4;
const pullMs = 900_000;
const newestFirst = <T extends { readonly attempt: number; readonly createdAtMs: number }>(list: T[]): T[] => list.sort((a, b) => b.attempt - a.attempt || b.createdAtMs - a.createdAtMs);

/** Runs containers on a Docker Engine (API 1.41 or newer) over its unix socket. */
export function createDockerRuntime({ socketPath, clusterId, logger, patienceMs = 10_000 }: DockerRuntimeOptions): Runtime {
  const docker = new Docker({ socketPath });
  const network = createPodNetwork(docker, clusterId);
  const starts = createLimit(startsAtOnce);
  // Removing several bridge endpoints at once can deadlock the engine.
  const removals = createLimit(1);
  const pulls = createLimit(1);
  const sandboxIds = new Set<string>();
  // Found out before the first start, so that none has to fail for it; an engine that refuses all the same corrects it.
  let protects: Promise<boolean> | undefined;
  let pause: Promise<string> | undefined;

  const withoutProtection = (): false => {
    logger.warn('this engine may not lower oom_score_adj; containers run without that protection');
    return false;
  };
  const mayProtect = (): Promise<boolean> => (protects ??= mayLowerOomScore().then((may) => may || withoutProtection()));
  const context = async (pauseImage: string, networkName: string): Promise<CreateContext> => ({ clusterId, network: networkName, pauseImage, mayLowerOomScore: await mayProtect() });
  const list = (filter: readonly string[]): Promise<Docker.ContainerInfo[]> =>
    timed('list', quickMs, (abortSignal) => docker.listContainers({ all: true, filters: { label: [`${labels.cluster}=${clusterId}`, ...filter] }, abortSignal }));

  const findImage = async (name: string): Promise<ImageFacts | undefined> => {
    const info = await ignoring([404], timed('image inspect', quickMs, () => docker.getImage(name).inspect()));
    return info && { id: info.Id, names: info.RepoTags ?? [], sizeBytes: info.Size, user: info.Config?.User ?? '' };
  };

  const loadPause = async (): Promise<string> => {
    const { Architecture } = (await timed('info', quickMs, () => docker.info())) as { Architecture: string };
    const image = await pauseImage(/^(aarch64|arm64)/.test(Architecture) ? 'arm64' : 'amd64');
    if (!(await findImage(image.id))) {
      const stream = (await timed('load', slowMs, () => docker.loadImage(image.tar as unknown as Readable))) as Readable;
      await timed('load', slowMs, () => followProgress(stream));
      logger.info({ image: pauseImageName, id: image.id }, 'loaded the pause image');
    }
    return image.id;
  };
  const pauseId = (): Promise<string> => (pause ??= loadPause().catch((error: unknown) => {
    pause = undefined;
    throw error;
  }));

  const create = async (options: Docker.ContainerCreateOptions): Promise<Docker.Container> => {
    const attempt = (): Promise<Docker.Container> => timed('create', slowMs, (abortSignal) => docker.createContainer({ ...options, abortSignal }));
    try {
      return await attempt();
    } catch (error) {
      if (statusOf(error) !== 409 || !options.name) throw error;
      // The name is held by a container that was cut off while it was being made.
      await remove(options.name);
      return attempt();
    }
  };

  const start = async (options: Docker.ContainerCreateOptions): Promise<string> => {
    const container = await create(options);
    try {
      await timed('start', slowMs, (abortSignal) => container.start({ abortSignal }));
      return container.id;
    } catch (error) {
      throw new FailedStart(container.id, error);
    }
  };

  /** Makes and starts; where that fails with a lowered oom_score_adj, once more without: some engines may not lower it, and say so in many ways. */
  const run = async (options: Docker.ContainerCreateOptions): Promise<string> => {
    try {
      return await start(options);
    } catch (error) {
      if (!(error instanceof FailedStart) || (options.HostConfig?.OomScoreAdj ?? 0) >= 0) throw new Error(engineMessage(error), { cause: error });
      await remove(error.id);
      const id = await start({ ...options, HostConfig: { ...options.HostConfig, OomScoreAdj: 0 } }).catch((again: unknown) => {
        throw new Error(engineMessage(again), { cause: again });
      });
      if (await mayProtect()) protects = Promise.resolve(withoutProtection());
      return id;
    }
  };

  const remove = async (id: string): Promise<void> => {
    await ignoring([404, 409], timed('remove', slowMs, () => docker.getContainer(id).remove({ force: true, v: true })));
    sandboxIds.delete(id);
  };

  return {
    network,
    async problem() {
      try {
        // An engine that hangs in its networks still answers most other questions.
        await timed('networks', patienceMs, (abortSignal) => docker.listNetworks({ abortSignal }));
        return undefined;
      } catch (error) {
        return { reason: error instanceof EngineTimeout ? 'DockerNotResponding' : 'DockerUnavailable', message: engineMessage(error) };
      }
    },
    async facts() {
      const [info, version] = await Promise.all([
        timed('info', quickMs, () => docker.info() as Promise<{ NCPU: number; MemTotal: number; OperatingSystem: string; KernelVersion: string }>),
        timed('version', quickMs, () => docker.version()),
      ]);
      const facts: RuntimeFacts = {
        version: `docker://${version.Version}`, operatingSystem: info.OperatingSystem, kernelVersion: info.KernelVersion,
        architecture: version.Arch, cpus: info.NCPU, memoryBytes: info.MemTotal,
      };
      return facts;
    },
    async pods() {
      const byUid = new Map<string, { pod: NonNullable<ReturnType<typeof podOf>>; parts: string[] }>();
      for (const info of await list([])) {
        const pod = podOf(info.Labels);
        if (!pod) continue;
        const entry = byUid.get(pod.uid) ?? { pod, parts: [] };
        entry.parts.push(`${info.Id}:${info.State}`);
        byUid.set(pod.uid, entry);
      }
      return [...byUid.values()].map(({ pod, parts }) => ({ pod, fingerprint: parts.sort().join() }));
    },
    async inspectPod(uid): Promise<ObservedPod | undefined> {
      const sandboxes: ObservedSandbox[] = [];
      const containers: ObservedContainer[] = [];
      const listed = await list([`${labels.podUid}=${uid}`]);
      const infos = await Promise.all(listed.map(({ Id }) => ignoring([404], timed('inspect', quickMs, (abortSignal) => docker.getContainer(Id).inspect({ abortSignal })))));
      for (const info of infos) {
        const pod = info && podOf(info.Config.Labels);
        if (!pod) continue;
        if (isSandbox(info.Config.Labels)) {
          sandboxes.push(sandboxOf(info, pod));
          sandboxIds.add(info.Id);
        } else containers.push(containerOf(info, pod));
      }
      const pod = sandboxes[0]?.pod ?? containers[0]?.pod;
      return pod && { pod, sandboxes: newestFirst(sandboxes), containers: newestFirst(containers) };
    },
    async images() {
      const all = await timed('images', quickMs, () => docker.listImages());
      return all.map((info) => ({ id: info.Id, names: (info.RepoTags ?? []).filter((name) => name !== '<none>:<none>'), sizeBytes: info.Size, user: '' }));
    },
    image: findImage,
    pullImage: (name, signal) => pulls(async () => {
      const stream = (await timed('pull', pullMs, (abortSignal) => docker.pull(name, { abortSignal }), signal)) as Readable;
      await timed('pull', pullMs, () => followProgress(stream), signal).finally(() => stream.destroy());
    }),
    startSandbox: (spec: SandboxSpec) => starts(async () => {
      const [image, networkName] = await Promise.all([pauseId(), spec.hostNetwork ? 'host' : network.name()]);
      return run(sandboxOptions(spec, await context(image, networkName)));
    }),
    startContainer: (spec: ContainerSpec) => starts(async () => run(containerOptions(spec, await context('', '')))),
    async signal(id, signal) {
      await ignoring([404, 409], timed('kill', quickMs, () => docker.getContainer(id).kill({ signal })));
    },
    remove: (id) => (sandboxIds.has(id) ? removals(() => remove(id)) : remove(id)),
    exec: (id, command, timeoutMs): Promise<ExecResult> => runInside(docker, id, command, timeoutMs),
    logs: (id, options, signal) => readLogs(docker, id, options, signal),
    watch(onChange, signal) {
      void watchEvents(docker, clusterId, onChange, signal, logger);
    },
  };
}

/** A container was made but did not start. */
class FailedStart extends Error {
  override readonly name = 'FailedStart';
  constructor(readonly id: string, cause: unknown) {
    super(engineMessage(cause), { cause });
  }
}
