import { setTimeout as pause } from 'node:timers/promises';
import { entryCommand } from '../../lib/entry-command.ts';
import { CommandFailure } from '../command.ts';
import type { DevLayout } from './plan-dev-nodes.ts';
import { runningProcess, startDetached, stopProcess } from './process-file.ts';

const startMs = 20_000;
const pidFile = ({ folder }: DevLayout): string => `${folder}/forward.pid`;
const mark = 'src/main/forward.ts';

/** The address at which development nodes reach a server: its own, or, where it listens on loopback only, a forwarder's at the gateway's address. */
export async function reachableServer(layout: DevLayout, server: string): Promise<string> {
  const url = new URL(server);
  if (!/^(127\.|localhost$|\[::1\]$)/.test(url.hostname)) return server;
  const outside = new URL(server);
  outside.hostname = layout.hostAddress;
  if (await isAnswering(outside)) return outside.href;
  if ((await runningProcess(pidFile(layout), mark)) === undefined) {
    const command = entryCommand(mark, [`${layout.hostAddress}:${url.port || '80'}`, `${url.hostname}:${url.port || '80'}`]);
    await startDetached(command, pidFile(layout), `${layout.folder}/forward.log`);
  }
  for (const end = Date.now() + startMs; !(await isAnswering(outside)); await pause(50)) {
    if (Date.now() > end) throw new CommandFailure(`no server answers at ${server}; start one with npm start`);
  }
  return outside.href;
}

/** Ends the forwarder. */
export function stopForwarder(layout: DevLayout): Promise<void> {
  return stopProcess(pidFile(layout), mark);
}

function isAnswering(url: URL): Promise<boolean> {
  return fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(2000) }).then(({ ok }) => ok, () => false);
}
