import type Docker from 'dockerode';
import type { Logger } from 'pino';
import { labels } from '../labels.ts';
import type { ContainerSpec, ExecResult, ObservedContainer, ObservedPod, ObservedSandbox, PodIdentity, Runtime, RuntimeFacts, SandboxSpec } from '../runtime.ts';
import { createLimit, EngineTimeout, engineMessage, ignoring, quickMs, slowMs, statusOf, timed } from './calls.ts';
import { connectDocker } from './connect.ts';
import { containerOptions, sandboxOptions } from './create-options.ts';
import type { CreateContext } from './create-options.ts';
import { runInside } from './exec.ts';
import { createImages } from './images.ts';
import { containerOf, isSandbox, podOf, sandboxOf } from './observe.ts';
import { mayLowerOomScore } from './oom-privilege.ts';
import { createPodNetwork } from './pod-network.ts';
import { readLogs } from './read-logs.ts';
import { createSightings } from './sightings.ts';
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
const newestFirst = <T extends { readonly attempt: number; readonly createdAtMs: number }>(list: readonly T[]): T[] => [...list].sort((a, b) => b.attempt - a.attempt || b.createdAtMs - a.createdAtMs);

type Seen = { readonly pod: PodIdentity } & ({ readonly sandbox: ObservedSandbox } | { readonly container: ObservedContainer });

/** Runs containers on a Docker Engine (API 1.41 or newer) over its unix socket. */
export function createDockerRuntime({ socketPath, clusterId, logger, patienceMs = 10_000 }: DockerRuntimeOptions): Runtime {
  const docker = connectDocker(socketPath);
  const network = createPodNetwork(docker, clusterId);
  const images = createImages(docker, logger);
  const starts = createLimit(startsAtOnce);
  // Removing several bridge endpoints at once can deadlock the engine.
  const removals = createLimit(1);
  const sandboxIds = new Set<string>();
  // Found out before the first start, so that none has to fail for it; an engine that refuses all the same corrects it.
  let protects: Promise<boolean> | undefined;

  const withoutProtection = (): false => {
    logger.warn('this engine may not lower oom_score_adj; containers run without that protection');
    return false;
  };
  const mayProtect = (): Promise<boolean> => (protects ??= mayLowerOomScore().then((may) => may || withoutProtection()));
  const context = async (pauseImage: string, networkName: string): Promise<CreateContext> => ({ clusterId, network: networkName, pauseImage, mayLowerOomScore: await mayProtect() });

  const sightings = createSightings<Seen>({
    async list(uid) {
      const filters = { label: [`${labels.cluster}=${clusterId}`, ...(uid === undefined ? [] : [`${labels.podUid}=${uid}`])] };
      const found = await timed('list', quickMs, (abortSignal) => docker.listContainers({ all: true, filters, abortSignal }));
      return found.flatMap((info) => {
        const pod = podOf(info.Labels);
        return pod ? [{ id: info.Id, pod, state: info.State }] : [];
      });
    },
    async inspect(id) {
      const info = await ignoring([404], timed('inspect', quickMs, (abortSignal) => docker.getContainer(id).inspect({ abortSignal })));
      const pod = info && podOf(info.Config.Labels);
      if (!pod) return undefined;
      if (!isSandbox(info.Config.Labels)) return { pod, state: info.State.Status, container: containerOf(info, pod) };
      sandboxIds.add(info.Id);
      return { pod, state: info.State.Status, sandbox: sandboxOf(info, pod) };
    },
  }, () => performance.now());

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
    const { id } = container;
    const changed = (): void => sightings.changed(id, options.Labels?.[labels.podUid] ?? '');
    changed();
    try {
      await timed('start', slowMs, (abortSignal) => container.start({ abortSignal }));
      return id;
    } catch (error) {
      throw new FailedStart(id, error);
    } finally {
      changed();
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
    sightings.touched(id);
    await ignoring([404, 409], timed('remove', slowMs, () => docker.getContainer(id).remove({ force: true, v: true })));
    sandboxIds.delete(id);
    sightings.touched(id);
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
        timed('info', quickMs, () => docker.info() as Promise<{ NCPU: number; MemTotal: number; OperatingSystem: string; KernelVersion: string; DockerRootDir?: string }>),
        timed('version', quickMs, () => docker.version()),
      ]);
      const facts: RuntimeFacts = {
        version: `docker://${version.Version}`, operatingSystem: info.OperatingSystem, kernelVersion: info.KernelVersion,
        architecture: version.Arch, cpus: info.NCPU, memoryBytes: info.MemTotal, dataFolder: info.DockerRootDir,
      };
      return facts;
    },
    async pods() {
      const byUid = new Map<string, { readonly pod: PodIdentity; readonly parts: string[] }>();
      for (const { id, pod, state } of await sightings.list()) {
        const entry = byUid.get(pod.uid) ?? { pod, parts: [] };
        entry.parts.push(`${id}:${state}`);
        byUid.set(pod.uid, entry);
      }
      return [...byUid.values()].map(({ pod, parts }) => ({ pod, fingerprint: parts.sort().join() }));
    },
    async inspectPod(uid): Promise<ObservedPod | undefined> {
      const seen = await sightings.ofPod(uid);
      const pod = seen[0]?.pod;
      const sandboxes = seen.flatMap((each) => ('sandbox' in each ? [each.sandbox] : []));
      const containers = seen.flatMap((each) => ('container' in each ? [each.container] : []));
      return pod && { pod, sandboxes: newestFirst(sandboxes), containers: newestFirst(containers) };
    },
    images: images.list,
    image: images.find,
    pullImage: images.pull,
    startSandbox: (spec: SandboxSpec) => starts(async () => {
      const [image, networkName] = await Promise.all([images.pauseId(), spec.hostNetwork ? 'host' : network.name()]);
      return run(sandboxOptions(spec, await context(image, networkName)));
    }),
    // A Pod that has begun is finished before the next one begins: it serves earlier, and nothing is asked of it in between.
    startContainer: (spec: ContainerSpec) => starts(async () => run(containerOptions(spec, await context('', ''))), true),
    async signal(id, signal) {
      await ignoring([404, 409], timed('kill', quickMs, () => docker.getContainer(id).kill({ signal })));
      sightings.touched(id);
    },
    remove: (id) => (sandboxIds.has(id) ? removals(() => remove(id)) : remove(id)),
    exec: (id, command, timeoutMs): Promise<ExecResult> => runInside(docker, id, command, timeoutMs),
    logs: (id, options, signal) => readLogs(docker, id, options, signal),
    watch(onChange, signal) {
      void watchEvents(docker, clusterId, {
        onFollowed() {
          sightings.followed();
          onChange(undefined);
        },
        onLost: sightings.lost,
        onEvent({ id, podUid, action }) {
          if (action === 'destroy') sightings.gone(id);
          else sightings.came(id, podUid, action === 'start' ? 'running' : 'exited');
          onChange(podUid);
        },
      }, signal, logger);
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
