// `npm run reset`: removes every container, network, packet rule and file that Gantry made on this machine, and nothing else.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import pino from 'pino';
import { helloImages } from '../../examples/images/build-hello.mjs';
import { planLayout } from '../cli/dev/plan-dev-nodes.ts';
import { devNodeSets, removeDevNodes } from '../cli/dev/remove-dev-nodes.ts';
import { entryCommand } from '../lib/entry-command.ts';
import { startEmbeddedPostgres } from '../store/embedded-postgres.ts';
import { readConfig } from './config.ts';
import { createProgress } from './progress.ts';
import { lockState } from './state-lock.ts';
import { stopEngine } from './stop-engine.ts';

const run = promisify(execFile);
const config = readConfig(process.env, process.argv.slice(2));
const progress = createProgress(process.stdout, Date.now);
const inState = (name: string) => path.join(config.stateFolder, name);
/** All that Gantry ever puts into its state folder. */
const ownFiles = ['admin.token', 'agent', 'agent.log', 'docker', 'postgres', 'server.id', 'server.log', 'setup', 'test'];

try {
  await reset();
} catch (error) {
  progress.line(`\n${error instanceof Error ? error.message : String(error)}\nWhat was removed stays removed; try again when that is mended.`);
  process.exitCode = 1;
}

async function reset(): Promise<void> {
  if (!existsSync(config.stateFolder)) return progress.line(`There is no ${config.stateFolder}: nothing to reset.`);
  const release = lockState(config.stateFolder);
  try {
    if ((await devNodeSets(config.stateFolder)).length > 0) await progress.step('Nodes', removeOtherNodes);
    await progress.step('Node', removeNode);
    await progress.step('Docker', () => stopEngine(inState('docker/dockerd.pid')));
    await progress.step('PostgreSQL', stopPostgres);
    await progress.step('Files', removeFiles);
  } finally {
    release();
  }
  await rmdir(config.stateFolder).catch(() => progress.line(`  ${config.stateFolder} holds files that are not Gantry's; it stays.`));
}

/** What `gantry dev nodes` made. */
async function removeOtherNodes(): Promise<string> {
  const noServer = () => Promise.reject(new Error('no server runs during a reset'));
  let count = 0;
  for (const name of await devNodeSets(config.stateFolder)) count += await removeDevNodes(planLayout(name, config.stateFolder), noServer);
  return `${count} development nodes`;
}

/** The agent's part, in the agent's own code. */
async function removeNode(): Promise<string> {
  const socket = config.dockerSocket ? ['--docker-socket', config.dockerSocket] : [];
  const images = helloImages.flatMap((name) => ['--image', name]);
  const [program, ...args] = entryCommand('agent/remove-node.ts', ['--state', inState('agent'), ...socket, ...images]);
  const { stdout } = await run(program, args);
  return stdout;
}

/** A server that a crash left behind is found by starting, and ended. */
async function stopPostgres(): Promise<string> {
  const dataFolder = inState('postgres');
  if (!existsSync(path.join(dataFolder, 'postmaster.pid'))) return 'not running';
  const postgres = await startEmbeddedPostgres({ dataFolder, logger: pino({ level: 'silent' }) });
  await postgres.stop();
  return 'stopped';
}

async function removeFiles(): Promise<string> {
  const found = (await readdir(config.stateFolder)).filter((name) => ownFiles.includes(name));
  for (const name of found) await rm(inState(name), { recursive: true, force: true });
  return found.join(', ');
}
