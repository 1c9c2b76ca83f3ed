import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { prepare, prepareTests } from './prepare.mjs';
import { SetupError } from './progress.mjs';
import { runInPlace } from './run-command.mjs';
import { runTests } from './run-tests.mjs';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * Sets the machine up, then does what was asked. Returns the exit code.
 * @param {readonly string[]} argv `start|test|reset|bench|chaos|fuzz` and what belongs to it
 */
export async function main([command, ...args]) {
  const stateFolder = path.resolve(process.env.GANTRY_STATE || '.gantry');
  try {
    switch (command) {
      case 'start':
        process.stdout.write('\n');
        await prepare(root, stateFolder);
        return await runEntry('src/main/start.ts', args, { NODE_ENV: 'production' });
      case 'test':
        await prepare(root, stateFolder);
        await prepareTests(stateFolder);
        return await runTests(root, stateFolder, args);
      case 'reset':
        return await reset(args);
      case 'chaos':
      case 'fuzz':
      case 'bench':
        await prepare(root, stateFolder);
        return await runEntry(`test/${command}/main.ts`, args, { NODE_ENV: 'production' });
      default:
        process.stderr.write('usage: node scripts/run.mjs start|test|reset|bench|chaos|fuzz [ARG…]\n');
        return 2;
    }
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n${[error.lines.length > 0 ? '' : error.message, ...error.lines].filter(Boolean).join('\n')}\n`);
    return 1;
  }
}

/**
 * Runs a file of the project, after set-up where that is wanted. Returns the exit code.
 * @param {string} file relative to the project
 * @param {readonly string[]} args
 * @param {boolean} isSetUpWanted
 */
export async function runPrepared(file, args, isSetUpWanted) {
  try {
    if (isSetUpWanted) await prepare(root, path.resolve(process.env.GANTRY_STATE || '.gantry'));
    return await runEntry(file, args, { NODE_ENV: 'production' });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n${[error.lines.length > 0 ? '' : error.message, ...error.lines].filter(Boolean).join('\n')}\n`);
    return 1;
  }
}

/**
 * @param {string} file relative to the project
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string>>} env
 */
function runEntry(file, args, env) {
  return runInPlace(process.execPath, [path.join(root, 'scripts/entry.mjs'), file, ...args], { env });
}

/** @param {readonly string[]} args */
async function reset(args) {
  if (!existsSync(path.join(root, 'node_modules'))) throw new SetupError('nothing is installed here, so there is nothing to reset');
  if (!args.includes('--yes')) {
    if (!process.stdin.isTTY) throw new SetupError('reset removes all Pods and all data; say `npm run reset -- --yes` to do it without being asked');
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await terminal.question('Remove every container, network, packet rule and file that Gantry made on this machine? [y/N] ');
    terminal.close();
    if (!/^y(es)?$/i.test(answer.trim())) return 1;
  }
  return runEntry('src/main/reset.ts', args.filter((arg) => arg !== '--yes'), { NODE_ENV: 'production' });
}
