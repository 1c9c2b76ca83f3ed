import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './progress.mjs';

/**
 * Runs a program with its output in a log file. Rejects with the log's last lines where it fails.
 * @param {{ program: string, args: readonly string[], logFile: string, cwd?: string, env?: Readonly<Record<string, string>>, wayOut: string }} command
 */
export async function runLogged({ program, args, logFile, cwd, env, wayOut }) {
  mkdirSync(path.dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w', 0o600);
  const code = await new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', log, log] });
    child.on('error', (error) => resolve(error.message));
    child.on('close', (status, signal) => resolve(status ?? signal));
  });
  closeSync(log);
  if (code !== 0) throw new SetupError(`${program} ${args.slice(0, 2).join(' ')} failed (${code})`, [...logTail(logFile), `The whole log: ${logFile}`, wayOut]);
}

/**
 * The last lines of a log, indented.
 * @param {string} logFile
 * @param {number} [lines]
 */
export function logTail(logFile, lines = 15) {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).map((line) => `    ${line}`);
  } catch {
    return [];
  }
}

/**
 * Runs a program in the person's place: same terminal, signals passed on, its exit code returned (128 + number where a signal ended it).
 * The program gets a process group of its own, so that Ctrl-C reaches it once and not twice.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ env?: Readonly<Record<string, string>>, cwd?: string, isDetached?: boolean }} [options]
 * @returns {Promise<number>}
 */
export function runInPlace(program, args, { env, cwd, isDetached = true } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['inherit', 'inherit', 'inherit'], detached: isDetached });
    /** @type {Record<string, number>} */
    const passedAt = {};
    const pass = (signal) => {
      // npm passes on what the terminal has already sent: the same signal within half a second is the same wish.
      if (Date.now() - (passedAt[signal] ?? 0) < 500) return;
      passedAt[signal] = Date.now();
      child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
    for (const signal of signals) process.on(signal, pass);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      for (const name of signals) process.off(name, pass);
      resolve(exitCode(code, signal));
    });
  });
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGTERM: 15 };

/**
 * The exit code of a shell for how a program ended.
 * @param {number | null} code @param {string | null} signal
 * @returns {number}
 */
export function exitCode(code, signal) {
  return code ?? 128 + (signalNumbers[/** @type {keyof typeof signalNumbers} */ (signal)] ?? 0);
}
