import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CommandFailure, UsageError, text, texts } from '../command.ts';
import type { Command } from '../command.ts';
import { runAgent } from '../run-agent.ts';

/** Options that the agent has under the same names. */
const passed = ['node-name', 'node-ip', 'network', 'cluster-cidr', 'service-cidr', 'docker-socket', 'heartbeat', 'log-level'] as const;

/** Makes this machine a node of a cluster, for as long as it runs; Pods go on when it ends. */
export const nodeJoin: Command = {
  usage: '--server URL [--token TOKEN] [--node-name NAME] [--node-ip ADDRESS] [--network routes|vxlan] [--cluster-cidr RANGE] [--service-cidr RANGE] [--label KEY=VALUE …]',
  summary: 'Makes this machine a node: runs its agent until Ctrl-C. The token is needed the first time only.',
  options: { token: { type: 'string' }, label: { type: 'string', multiple: true }, ...Object.fromEntries(passed.map((name) => [name, { type: 'string' } as const])) },
  async run({ server, stateFolder, signal, dockerSocket, print, makeHelloImages }, { positionals, values }) {
    if (positionals.length > 0) throw new UsageError(`usage: gantry node join ${this.usage}`);
    const folder = path.join(stateFolder, 'agent'), tokenFile = path.join(folder, 'join.token'), token = text(values, 'token');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (token !== undefined) {
      await rm(tokenFile, { force: true });
      await writeFile(tokenFile, `${token}\n`, { mode: 0o600 });
    }
    const options = passed.flatMap((name) => { const value = text(values, name); return value === undefined ? [] : [`--${name}`, value]; });
    const labels = texts(values, 'label').flatMap((label) => ['--label', label]);
    const given = text(values, 'docker-socket');
    const docker = given === undefined ? ['--docker-socket', dockerSocket] : [];
    // No registry has them: every machine makes its own, as `npm start` does. A node without them is a node all the same.
    print(await makeHelloImages(given ?? dockerSocket).then((names) => `images     ${names.join(', ')}\n`, (error: Error) => `images     those of examples/hello.yaml are missing here: ${error.message}\n`));
    const code = await runAgent(['--server', server, '--state', folder, '--join-token-file', tokenFile, ...docker, ...options, ...labels], signal);
    if (code !== 0) throw new CommandFailure(`the agent ended with code ${code}`);
  },
};
