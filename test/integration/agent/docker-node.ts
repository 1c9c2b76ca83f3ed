import Docker from 'dockerode';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { systemClock } from '../../../src/lib/clock.ts';
import { startKubelet } from '../../../agent/kubelet/kubelet.ts';
import type { Kubelet } from '../../../agent/kubelet/kubelet.ts';
import { runProbe } from '../../../agent/kubelet/probes/handlers.ts';
import { createPodVolumes } from '../../../agent/kubelet/volumes/pod-volumes.ts';
import { systemTmpfs } from '../../../agent/kubelet/volumes/tmpfs.ts';
import { createDockerRuntime } from '../../../agent/runtime/docker/docker-runtime.ts';
import type { Runtime } from '../../../agent/runtime/runtime.ts';
import { LocalCluster } from './local-cluster.ts';

const run = promisify(execFile);

/** The image that all tests run: busybox alone. */
export const testImage = 'gantry-test/busybox:1';

/** A shell command as the command of a container. */
export const sh = (script: string): string[] => ['/bin/busybox', 'sh', '-c', script];

/** One node on the machine's Docker Engine, with a cluster id of its own, driven by a local cluster. */
export interface DockerNode extends AsyncDisposable {
  readonly cluster: LocalCluster;
  readonly docker: Docker;
  readonly runtime: Runtime;
  readonly clusterId: string;
  readonly folder: string;
  readonly kubelet: Kubelet;
  /** Every line of its log, at all levels. */
  readonly logged: readonly string[];
  /** Ends the kubelet as a crash would, and starts another over the same containers. */
  restartKubelet(): Promise<void>;
  /** Docker's id of the newest container of a name; `POD` for the sandbox. */
  containerId(container: string, pod?: string): Promise<string>;
}

/** Imports busybox as an image, once. */
export async function importTestImage(docker: Docker, socketPath: string): Promise<void> {
  const present = await docker.getImage(testImage).inspect().catch(() => undefined);
  if (present) return;
  await run('sh', ['-c', `d=$(mktemp -d) && mkdir -p $d/bin $d/tmp $d/etc && cp /bin/busybox $d/bin/ && for n in sh sleep cat wget nc httpd; do ln -s busybox $d/bin/$n; done && tar -C $d -c . | docker -H unix://${socketPath} import - ${testImage} && rm -r $d`]);
}

/** Starts a node. Disposing it removes every container, mount and file that it made. */
export async function startDockerNode(socketPath = '/var/run/docker.sock'): Promise<DockerNode> {
  const docker = new Docker({ socketPath });
  await importTestImage(docker, socketPath);
  const clusterId = randomUUID();
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-agent-'));
  const cluster = new LocalCluster().sync();
  const logged: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => { logged.push(line); } });
  const runtime = createDockerRuntime({ socketPath, clusterId, logger });
  await runtime.network.ensure((await runtime.network.proposedCIDR('10.244.0.0/16')) ?? '10.244.77.0/24');
  const volumes = createPodVolumes({
    folder: path.join(folder, 'pods'), tmpfs: systemTmpfs, dns: () => Promise.resolve({ clusterDNS: [], clusterDomain: 'cluster.local', nodeResolvConf: 'nameserver 127.0.0.1\n' }),
  });
  const start = (): Kubelet => startKubelet({
    view: cluster.view, runtime, volumes, status: cluster, events: cluster, probe: runProbe, clock: systemClock, logger,
    node: () => ({ hostIP: '127.0.0.1', allocatable: { cpu: '2', memory: '4Gi' }, clusterDomain: 'cluster.local', memoryBytes: 4 * 2 ** 30 }), relistMs: 2000, sizeCheckMs: 1000,
  });
  let kubelet = start();
  const mine = (): Promise<Docker.ContainerInfo[]> => docker.listContainers({ all: true, filters: { label: [`dev.gantry.cluster=${clusterId}`] } });
  return {
    cluster, docker, runtime, clusterId, folder, logged,
    get kubelet() {
      return kubelet;
    },
    async restartKubelet() {
      await kubelet[Symbol.asyncDispose]();
      kubelet = start();
    },
    async containerId(container, pod) {
      const found = (await mine()).filter(({ Labels }) => Labels['io.kubernetes.container.name'] === container && (!pod || Labels['io.kubernetes.pod.name'] === pod));
      found.sort((a, b) => Number(b.Labels['dev.gantry.attempt']) - Number(a.Labels['dev.gantry.attempt']));
      if (!found[0]) throw new Error(`no container ${container}`);
      return found[0].Id;
    },
    async [Symbol.asyncDispose]() {
      await kubelet[Symbol.asyncDispose]();
      for (const { Id } of await mine()) await runtime.remove(Id);
      await systemTmpfs.unmountBelow(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
