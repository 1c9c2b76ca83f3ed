// `npm start`: a whole cluster on this machine. PostgreSQL, server, reconcilers, scheduler, and the agent as a process of its own.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import pino from 'pino';
import { keepAgentRunning } from './agent-process.ts';
import { agentArguments } from './agent-arguments.ts';
import { ConfigError, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { openDatabase } from './database.ts';
import { hello } from './hello.ts';
import { openLog } from './open-log.ts';
import { createProgress } from './progress.ts';
import { runServer } from './run-server.ts';
import type { RunningServer } from './run-server.ts';
import { readServerId } from './server-id.ts';
import { lockState } from './state-lock.ts';
import { waitForNode } from './wait-for.ts';

const progress = createProgress(process.stdout, Date.now);
const ends: (() => Promise<unknown> | unknown)[] = [];
let ending: Promise<void> | undefined;

try {
  const config = readConfig(process.env, process.argv.slice(2));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(0));
  await start(config);
} catch (error) {
  if (!ending) {
    const inside = path.relative(process.cwd(), path.resolve(process.env['GANTRY_STATE'] || '.gantry'));
    progress.line(`\n${error instanceof ConfigError ? error.message : `Gantry did not start. ${inside}/server.log and ${inside}/agent.log say more.`}`);
    if (process.env['GANTRY_LOG'] === 'debug') console.error(error);
    await end(1);
  }
}

async function start(config: Config): Promise<void> {
  mkdirSync(config.stateFolder, { recursive: true, mode: 0o700 });
  ends.push(lockState(config.stateFolder));
  const logger = pino({ level: config.logLevel, base: null }, openLog(path.join(config.stateFolder, 'server.log')));
  const shown = (file: string) => path.relative(process.cwd(), file) || file;
  let server: RunningServer | undefined;
  let databaseUrl = '';
  await progress.step('PostgreSQL', async (tell) => {
    const database = await openDatabase(config, logger, (waitingFor) => tell(`waiting for ${waitingFor}`));
    ends.push(database.stop);
    databaseUrl = database.url;
    return database.description;
  });
  await progress.step('Server', async () => {
    server = await runServer(config, databaseUrl, logger, { serverId: await readServerId(config.stateFolder), isOnlyOne: true });
    ends.push(server.stop);
    return `${server.url} (${[...config.roles].join(', ')})`;
  });
  const running = server!;
  if (config.withAgent && config.roles.has('api')) await progress.step('Node', async (tell) => {
    const agent = keepAgentRunning({ args: await agentArguments(config, running), stateFolder: config.stateFolder, logger });
    ends.push(agent.stop);
    return waitForNode(running.store, config.nodeName, tell);
  });
  const helloUrl = await hello(config, running, progress);
  greet(running.url, shown(running.adminTokenFile), helloUrl);
}

function greet(url: string, tokenFile: string, helloUrl: string | undefined): void {
  progress.line(`
  Playground     ${url}
  Admin token    ${tokenFile}   (paste it into the playground's token box)
${helloUrl ? `  Try            curl ${helloUrl}      answers from each of the Pods in turn\n` : ''}\
  Then           mutation { scaleDeployment(name: "hello", replicas: 5) { deployment { spec { replicas } } } }

  Ctrl-C stops the server and the agent; Pods keep running until \`npm run reset\`.`);
}

/** Stops everything in the opposite order of its start, once; a second signal does not wait. */
async function end(code: number): Promise<void> {
  if (ending) process.exit(130);
  const stopping = (async () => {
    if (code === 0) progress.line('\n  Stopping server and agent. Pods keep running; `npm start` finds them again, `npm run reset` removes them.');
    for (const stop of ends.splice(0).reverse()) {
      try { await stop(); } catch (error) { progress.line(`  ✗ ${error instanceof Error ? error.message : String(error)}`); }
    }
  })();
  ending = stopping;
  await stopping;
  process.exit(code);
}
