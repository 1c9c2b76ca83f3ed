import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { dockerGet, dockerPost } from './docker.ts';

/** A Docker Engine of the tests' own, in the network namespace that the tests run in. */
export interface Engine {
  readonly socket: string;
  stop(): Promise<void>;
}

/** Starts one with its data in `folder` (short: unix socket paths end at 108 characters), set up like the one that `npm start` starts, but that it takes its containers with it when it ends. */
export async function startEngine(folder: string): Promise<Engine> {
  mkdirSync(folder, { recursive: true });
  const socket = path.join(folder, 'docker.sock');
  const log = openSync(path.join(folder, 'dockerd.log'), 'a');
  const daemon = spawn('dockerd', ['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`, '-H', `unix://${socket}`, '--pidfile', `${folder}/docker.pid`,
    '--bip', '10.244.0.1/24', '--cgroup-parent', `/gantry-${path.basename(folder)}`, '--ip-masq=false', '--userland-proxy=false'],
  { stdio: ['ignore', log, log] });
  const ended = new Promise<void>((resolve) => { daemon.once('exit', () => resolve()); });
  await until(async () => {
    if (daemon.exitCode !== null) throw new Error(`dockerd ended: ${readFileSync(`${folder}/dockerd.log`, 'utf8').slice(-2000)}`);
    return dockerGet(socket, '/_ping').then((text) => text === 'OK', () => false);
  }, 'the Docker Engine answers', 60_000);
  return {
    socket,
    async stop() {
      // At once, where the engine would give each container its grace. Whatever somebody makes or takes meanwhile ends with the engine.
      const containers = await dockerGet(socket, '/containers/json?all=1').then((text) => JSON.parse(text) as { Id: string }[], () => []);
      for (const { Id } of containers) await dockerPost(socket, `/containers/${Id}?force=1`, undefined, 'DELETE').catch(() => undefined);
      daemon.kill('SIGTERM');
      await ended;
      for (const mount of [`${folder}/data`, `${folder}/exec/netns/default`]) await unmount(mount);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until a condition holds, looking every 50 ms; rejects, naming it, when it does not within `withinMs`. A rejecting condition rejects at once. */
export async function until(condition: () => Promise<boolean> | boolean, what: string, withinMs = 60_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pause(50);
  }
}

function unmount(target: string): Promise<void> {
  return new Promise((resolve) => { spawn('umount', [target], { stdio: 'ignore' }).once('exit', () => resolve()); });
}
