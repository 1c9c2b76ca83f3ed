import { spawnSync } from 'node:child_process';
import { dockerPost, listContainers } from '../../e2e/support/docker.ts';
import { startEngine } from '../../e2e/support/engine.ts';
import type { Pod } from '../../../src/model/object.ts';

/** Where the Pods of a rollout run. */
export interface RolloutPlace extends AsyncDisposable {
  /** For the agent's command line. */
  readonly agentArguments: readonly string[];
  /** Pods that the place takes well. */
  readonly replicas: number;
  /** The image of a version, made ready where it has to be. */
  image(version: number): Promise<string>;
  /** What each container runs. */
  readonly command: readonly string[] | undefined;
  /** Why what runs is not exactly these Pods; undefined where it is. */
  problem(pods: readonly Pod[]): Promise<string | undefined>;
}

/** Two simulated nodes: nothing runs but the agent's own model of containers. */
export function simulatedPlace(replicas: number): RolloutPlace {
  return {
    agentArguments: ['--runtime', 'simulated', '--nodes', '2'], replicas, command: undefined,
    image: async (version) => `app:${version}`,
    problem: async () => undefined,
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Real containers on a Docker Engine of its own; needs root, Linux, Docker and busybox, and a network namespace that is left afterwards (`scripts/machine.mjs`). */
export async function dockerPlace(replicas: number): Promise<RolloutPlace> {
  const engine = await startEngine(`/tmp/gantry-rollout-${process.pid}`);
  const base = 'gantry/rolled:base';
  const tar = spawnSync('tar', ['-c', '-C', '/', 'bin/busybox'], { maxBuffer: 2 ** 26 });
  const { status, stderr } = spawnSync('docker', ['-H', `unix://${engine.socket}`, 'import', '-', base], { input: tar.stdout });
  if (status !== 0) {
    await engine.stop();
    throw new Error(`docker import: ${String(stderr)}`);
  }
  return {
    agentArguments: ['--runtime', 'docker', '--docker-socket', engine.socket], replicas, command: ['/bin/busybox', 'sleep', '86400'],
    image: async (version) => {
      await dockerPost(engine.socket, `/images/${base}/tag?repo=gantry/rolled&tag=${version}`);
      return `gantry/rolled:${version}`;
    },
    problem: async (pods) => {
      const running = (await listContainers(engine.socket)).map(({ podUid }) => podUid).sort();
      // The sandbox and one container each.
      const wanted = pods.flatMap(({ metadata }) => [metadata.uid, metadata.uid]).sort();
      return JSON.stringify(running) === JSON.stringify(wanted) ? undefined : `containers of ${running.join(', ')} run; those of ${wanted.join(', ')} should`;
    },
    [Symbol.asyncDispose]: () => engine.stop(),
  };
}
