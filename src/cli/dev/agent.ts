import { mkdir, writeFile } from 'node:fs/promises';
import { agentCommand } from '../run-agent.ts';
import type { DevNode } from './plan-dev-nodes.ts';
import { runningProcess, startDetached, stopProcess } from './process-file.ts';

type AgentOf = Pick<DevNode, 'namespace' | 'folder' | 'socket' | 'nodeName' | 'address'>;

const pidFile = ({ folder }: Pick<DevNode, 'folder'>): string => `${folder}/agent.pid`;

/** Sees to it that a node's agent runs, inside its namespace; `joinToken` is asked for when one has to be started. */
export async function ensureAgent(node: AgentOf, server: string, options: readonly string[], joinToken: () => Promise<string>): Promise<void> {
  const { folder } = node;
  if ((await runningProcess(pidFile(node), folder)) !== undefined) return;
  await mkdir(`${folder}/agent`, { recursive: true, mode: 0o700 });
  await writeFile(`${folder}/join.token`, `${await joinToken()}\n`, { mode: 0o600 });
  const args = ['--server', server, '--node-name', node.nodeName, '--node-ip', node.address, '--state', `${folder}/agent`, '--join-token-file', `${folder}/join.token`, '--docker-socket', node.socket, ...options];
  await startDetached(['nsenter', `--net=/run/netns/${node.namespace}`, ...agentCommand(args)], pidFile(node), `${folder}/agent.log`);
}

/** Ends a node's agent; its Pods go on. */
export async function stopAgent(node: Pick<DevNode, 'folder'>): Promise<void> {
  await stopProcess(pidFile(node), node.folder);
}
