import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { engineArguments, packages, planEngine } from './plan-engine.mjs';
import { SetupError } from './progress.mjs';
import { logTail, runLogged } from './run-command.mjs';
import { readText } from './stamps.mjs';

const startSeconds = 60;

/**
 * Makes sure that a Docker Engine answers; installs and starts one where that is allowed. Returns its version for a person.
 * @param {string} stateFolder
 * @param {(text: string) => void} tell
 * @returns {Promise<string>}
 */
export async function ensureEngine(stateFolder, tell) {
  const socket = socketPath(process.env.DOCKER_HOST);
  const found = await ping(socket);
  const machine = {
    platform: process.platform,
    osRelease: readText('/etc/os-release') ?? '',
    isRoot: process.getuid?.() === 0,
    hasSystemd: existsSync('/run/systemd/system'),
    answers: found.version !== undefined,
    refusal: found.refusal,
    dockerHost: process.env.DOCKER_HOST,
    missing: Object.keys(packages).filter((name) => !hasProgram(packages[name])),
  };
  let note = '';
  for (const action of planEngine(machine)) {
    if (action.kind === 'explain') throw new SetupError('no Docker Engine', action.lines);
    if (action.kind === 'install') note = await install(action.packages, stateFolder, tell, machine.answers);
    if (action.kind === 'start' && !(await ping(socket)).version) await start(socket, stateFolder, tell);
    if (action.kind === 'start-unit') await startUnit(socket, stateFolder, tell);
  }
  const version = found.version ?? (await ping(socket)).version;
  return `${version} at ${socket}${note}`;
}

/** @param {string | undefined} dockerHost */
function socketPath(dockerHost) {
  if (!dockerHost) return '/var/run/docker.sock';
  if (!dockerHost.startsWith('unix://')) throw new SetupError(`DOCKER_HOST is ${dockerHost}`, ['Gantry needs the engine of its own machine: unset DOCKER_HOST, or give it a unix:// socket.']);
  return dockerHost.slice('unix://'.length);
}

/**
 * Asks an engine whether it is there.
 * @param {string} socket
 * @returns {Promise<{ version?: string, refusal?: string }>}
 */
function ping(socket) {
  return new Promise((resolve) => {
    const call = request({ socketPath: socket, path: '/_ping', timeout: 3000 }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200 ? { version: String(response.headers.server ?? 'Docker').replace('/', ' ').replace(/ \(.*/, '') } : { refusal: `HTTP ${response.statusCode}` }));
    });
    call.on('timeout', () => call.destroy(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' })));
    call.on('error', (error) => resolve({ refusal: /** @type {NodeJS.ErrnoException} */ (error).code ?? error.message }));
    call.end();
  });
}

/** @param {string} name */
function hasProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  return folders.some((folder) => {
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * @param {readonly string[]} names
 * @param {boolean} isOptional whether an engine answers already, so that a failure does not end set-up
 * @returns {Promise<string>} what to tell
 */
async function install(names, stateFolder, tell, isOptional) {
  // RUNLEVEL=1 keeps the package from starting an engine with its own settings through an init script.
  const common = { program: 'apt-get', env: { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }, logFile: path.join(stateFolder, 'setup', 'apt.log'), wayOut: `Run it by hand to see more: apt-get update && apt-get install -y ${names.join(' ')}` };
  try {
    tell('apt-get update');
    await runLogged({ ...common, args: ['update', '-q'] });
    tell(`apt-get install ${names.join(' ')}`);
    await runLogged({ ...common, args: ['install', '-y', '-q', '--no-install-recommends', ...names] });
    return `, installed ${names.join(', ')}`;
  } catch (error) {
    if (!isOptional) throw error;
    return `; could not install ${names.join(', ')} (see ${common.logFile}): what needs them will say so`;
  }
}

/** Starts an engine of our own. One that died, or is just starting, is recognised by its pid file. */
async function start(socket, stateFolder, tell) {
  const folder = path.resolve(stateFolder, 'docker');
  const pidFile = path.join(folder, 'dockerd.pid');
  const logFile = path.join(folder, 'dockerd.log');
  mkdirSync(folder, { recursive: true });
  if (!(await isStarting(pidFile))) {
    rmSync(pidFile, { force: true });
    // Before the engine starts: it would otherwise make the machine drop all forwarded packets.
    writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn('dockerd', engineArguments(pidFile), { detached: true, stdio: ['ignore', log, log], env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` } });
    closeSync(log);
    child.unref();
    let failure = '';
    child.on('error', (error) => { failure = error.message; });
    child.on('exit', (code) => { failure = `dockerd ended with ${code}`; });
    await waitForAnswer(socket, tell, () => failure, logFile);
    return;
  }
  await waitForAnswer(socket, tell, () => '', logFile);
}

/** @param {string} pidFile */
async function isStarting(pidFile) {
  const pid = Number(readText(pidFile));
  if (!pid) return false;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const status = readText(`/proc/${pid}/status`) ?? '';
    if (!/^Name:\s+dockerd$/m.test(status)) return false;
    if (!/^State:\s+Z/m.test(status)) return true;
    await pause(100); // it was killed and is not yet gone
  }
  return false;
}

async function startUnit(socket, stateFolder, tell) {
  const logFile = path.join(stateFolder, 'setup', 'systemctl.log');
  tell('systemctl start docker');
  await runLogged({ program: 'systemctl', args: ['start', 'docker'], logFile, wayOut: 'Look at: journalctl -u docker' });
  await waitForAnswer(socket, tell, () => '', logFile);
}

/**
 * @param {string} socket
 * @param {(text: string) => void} tell
 * @param {() => string} failure what went wrong meanwhile, or ''
 * @param {string} logFile
 */
async function waitForAnswer(socket, tell, failure, logFile) {
  tell('waits for the engine to answer');
  const end = Date.now() + startSeconds * 1000;
  while (!(await ping(socket)).version) {
    if (failure() !== '' || Date.now() > end) throw new SetupError(failure() || `the engine did not answer within ${startSeconds} s`, [...logTail(logFile), `The whole log: ${logFile}`]);
    await pause(50);
  }
}
