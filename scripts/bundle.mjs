import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'src', 'generated');
/** What a start calls its file: the entry's name, and the process that reads it. */
const ownFile = /^run-.*-(\d+)\.mjs$/;

/**
 * Puts an entry and all of the project's code that it reaches together into one file, which `node` runs without a TypeScript loader. Packages stay where they are, so the file
 * must lie somewhere in the project's folder. Takes some tenths of a second in a process of its own. Throws where the code is wrong or the file cannot be written.
 * @param {string} entry a TypeScript file, relative to the project
 * @param {string} file where the code goes
 * @param {readonly string[]} [options] more of esbuild's
 */
export function putTogether(entry, file, options = []) {
  mkdirSync(path.dirname(file), { recursive: true });
  const { status, error, stderr } = spawnSync(path.join(root, 'node_modules', 'esbuild', 'bin', 'esbuild'), [
    path.join(root, entry), '--bundle', '--platform=node', '--target=node20', '--format=esm', '--packages=external', '--legal-comments=none', '--log-level=warning', ...options, `--outfile=${file}`,
  ], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`cannot put ${entry} together: ${error?.message ?? stderr.trim()}`);
}

/**
 * Runs an entry in this process as if `node` had been given it. Its code is put together anew, so it is always that of the sources, and its file is gone before the first of its statements runs.
 * What a start left that was killed before that is removed by the next one. Rejects with what the entry throws.
 * @param {string} entry a TypeScript file, relative to the project
 * @param {readonly string[]} args what the entry finds behind its own name in `process.argv`
 */
export async function runTogether(entry, args) {
  const file = path.join(folder, `run-${path.basename(entry, '.ts')}-${process.pid}.mjs`);
  removeLeft();
  try {
    putTogether(entry, file, [`--banner:js=import{rmSync as removeOwnFile}from"node:fs";removeOwnFile(new URL(import.meta.url));`, ...(process.sourceMapsEnabled ? ['--sourcemap=inline'] : [])]);
    process.argv.splice(1, process.argv.length - 1, path.join(root, entry), ...args);
    await import(pathToFileURL(file).href);
  } finally {
    rmSync(file, { force: true });
  }
}

/** Removes the files of processes that are no more. */
function removeLeft() {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const pid = Number(ownFile.exec(name)?.[1]);
    if (pid && !isAlive(pid)) rmSync(path.join(folder, name), { force: true });
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
