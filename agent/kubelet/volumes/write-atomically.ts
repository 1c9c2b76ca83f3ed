import { chmod, mkdir, mkdtemp, readFile, readdir, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Files by relative path. */
export type Payload = ReadonlyMap<string, { readonly data: Buffer; readonly mode: number }>;

const current = '..data';

async function isPresent(directory: string, payload: Payload): Promise<boolean> {
  const base = path.join(directory, current);
  const found = await listFiles(base).catch(() => undefined);
  if (!found || found.length !== payload.size) return false;
  for (const [file, { data, mode }] of payload) {
    if (!found.includes(file)) return false;
    const target = path.join(base, file);
    if (!data.equals(await readFile(target)) || ((await stat(target)).mode & 0o777) !== mode) return false;
  }
  return true;
}

async function listFiles(base: string, below = ''): Promise<string[]> {
  const entries = await readdir(path.join(base, below), { withFileTypes: true });
  const lists = await Promise.all(entries.map((entry) => (entry.isDirectory() ? listFiles(base, path.join(below, entry.name)) : [path.join(below, entry.name)])));
  return lists.flat();
}

async function replaceLink(target: string, link: string): Promise<void> {
  const temporary = `${link}_new`;
  await rm(temporary, { force: true });
  await symlink(target, temporary);
  await rename(temporary, link);
}

/**
 * Makes a directory show exactly these files. A reader sees all of the old state or all of the new one: the files lie in a directory of their own
 * that `..data` points to, every visible name is a link through it, and a change swaps that one link. Returns whether anything changed.
 */
export async function writeAtomically(directory: string, payload: Payload): Promise<boolean> {
  await mkdir(directory, { recursive: true });
  if (await isPresent(directory, payload)) return false;
  const before = await readlink(path.join(directory, current)).catch(() => undefined);
  const version = await mkdtemp(path.join(directory, '..'.concat(String(Date.now()), '-')));
  await chmod(version, 0o755);
  for (const [file, { data, mode }] of payload) {
    const target = path.join(version, file);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o755 });
    await writeFile(target, data);
    await chmod(target, mode);
  }
  await replaceLink(path.basename(version), path.join(directory, current));
  const visible = new Set([...payload.keys()].map((file) => file.split('/')[0] ?? file));
  for (const name of visible) {
    const link = path.join(directory, name);
    if ((await readlink(link).catch(() => undefined)) !== `${current}/${name}`) await replaceLink(`${current}/${name}`, link);
  }
  for (const name of await readdir(directory)) if (!name.startsWith('..') && !visible.has(name)) await rm(path.join(directory, name), { force: true });
  if (before) await rm(path.join(directory, before), { recursive: true, force: true });
  return true;
}
