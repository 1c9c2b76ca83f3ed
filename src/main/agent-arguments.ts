import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from './config.ts';
import type { RunningServer } from './run-server.ts';

const joinTokenLifeMs = 10 * 60_000;

/** The command line of this machine's agent. Writes a fresh join token to a file that only its owner can read; an agent that has its credential ignores it. */
export async function agentArguments(config: Config, server: RunningServer): Promise<readonly string[]> {
  const folder = path.join(config.stateFolder, 'agent');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const joinTokenFile = path.join(folder, 'join.token');
  const { token } = await server.store.credentials.issue({ type: 'join', name: 'this-machine' }, joinTokenLifeMs);
  writeFileSync(joinTokenFile, `${token}\n`, { mode: 0o600 });
  return [
    '--server', server.url, '--node-name', config.nodeName, '--state', folder, '--join-token-file', joinTokenFile,
    '--network', config.network, '--cluster-cidr', config.podCIDR, '--service-cidr', config.serviceCIDR,
    ...(config.agentMetricsPort ? ['--metrics-port', String(config.agentMetricsPort)] : []),
    ...(config.dockerSocket ? ['--docker-socket', config.dockerSocket] : []),
  ];
}
