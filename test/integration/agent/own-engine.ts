import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A Docker Engine of a test's own, in a network namespace of its own: it may be killed. */
export interface OwnEngine extends AsyncDisposable {
  readonly socketPath: string;
  start(): Promise<void>;
  /** As a crash would: containers go on. */
  kill(): Promise<void>;
  /** It hangs: connections are taken but nothing is answered, until it is resumed. */
  hang(): Promise<void>;
  resume(): Promise<void>;
  /** Gives its data more room. */
  growData(mebibytes: number): void;
  /** Its network namespace. */
  readonly namespace: string;
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request({ socketPath, path: '/_ping', timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    sent.on('error', () => resolve(false)).on('timeout', () => sent.destroy()).end();
  });
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Starts one; its default bridge lies outside the cluster's range, as on an engine that was there before. Socket paths must be short, so it lives in /tmp. */
export async function startOwnEngine({ dataMebibytes }: { readonly dataMebibytes?: number } = {}): Promise<OwnEngine> {
  const folder = await mkdtemp('/tmp/gantry-eng-');
  const namespace = path.basename(folder);
  const at = (name: string): string => path.join(folder, name);
  const socketPath = at('docker.sock');
  if (dataMebibytes !== undefined) {
    await mkdir(at('data'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${dataMebibytes}m`, 'tmpfs', at('data')]);
  }
  execFileSync('ip', ['netns', 'add', namespace]);
  execFileSync('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
  const pidIn = async (file: string): Promise<number | undefined> => Number(await readFile(at(file), 'utf8').catch(() => '')) || undefined;
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    for (let waitedMs = 0; !(await holds()); waitedMs += 50) {
      if (waitedMs > 30_000) throw new Error(`${what} did not happen; see ${at('dockerd.log')}`);
      await delay(50);
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const engineFile = 'docker.pid', containerdFile = 'exec/containerd/containerd.pid';
    const [running, containerd] = await Promise.all([pidIn(engineFile), pidIn(containerdFile)]);
    if (running === undefined) return;
    if (isAlive(running)) process.kill(running, signal);
    // Its containerd dies with it, a little later; the next engine must not take it for alive.
    for (const pid of [running, containerd]) {
      await until('the end of the engine', async () => pid === undefined || !isAlive(pid) || (await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ' Z ')).includes(' Z '));
    }
    for (const file of [engineFile, containerdFile]) await rm(at(file), { force: true });
  };
  const send = async (signal: NodeJS.Signals): Promise<void> => {
    const pid = await pidIn('docker.pid');
    if (pid !== undefined && isAlive(pid)) process.kill(pid, signal);
  };
  const engine: OwnEngine = {
    socketPath, namespace,
    hang: () => send('SIGSTOP'),
    resume: () => send('SIGCONT'),
    growData: (mebibytes) => void execFileSync('mount', ['-o', `remount,size=${mebibytes}m`, at('data')]),
    async start() {
      if (await answers(socketPath)) return;
      const log = openSync(at('dockerd.log'), 'a');
      const options = ['--data-root', at('data'), '--exec-root', at('exec'), '-H', `unix://${socketPath}`, '--pidfile', at('docker.pid'), '--bip', '172.29.1.1/24', '--cgroup-parent', `/gantry/${namespace}`, '--userland-proxy=false', '--live-restore'];
      // nsenter rather than `ip netns exec`, which hides the mounts of the control groups.
      spawn('nsenter', [`--net=/run/netns/${namespace}`, 'dockerd', ...options], { detached: true, stdio: ['ignore', log, log] }).unref();
      closeSync(log);
      await until('the start of the engine', () => answers(socketPath));
    },
    kill: () => end('SIGKILL'),
    async [Symbol.asyncDispose]() {
      await send('SIGCONT');
      await end('SIGTERM');
      for (const mounted of [at('data'), at('data'), at('exec/netns/default')]) {
        try {
          execFileSync('umount', [mounted], { stdio: 'ignore' });
        } catch {
          // Not every engine mounts these.
        }
      }
      execFileSync('ip', ['netns', 'del', namespace]);
      await rm(folder, { recursive: true, force: true });
    },
  };
  await engine.start();
  return engine;
}
