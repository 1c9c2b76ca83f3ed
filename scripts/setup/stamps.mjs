import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * One digest over names and contents of files, whatever their order.
 * @param {readonly { name: string, content: string | Buffer }[]} files
 * @param {...string} others further texts that count
 */
export function digest(files, ...others) {
  const hash = createHash('sha256');
  for (const { name, content } of [...files].sort((a, b) => (a.name < b.name ? -1 : 1))) hash.update(`${name}\0${content.length}\0`).update(content);
  for (const text of others) hash.update(`\0${text}`);
  return hash.digest('hex');
}

/**
 * The files at or below some paths, with their contents; what does not exist is left out.
 * @param {string} root
 * @param {readonly string[]} paths relative to root
 * @param {(name: string) => boolean} isWanted
 * @returns {{ name: string, content: Buffer }[]}
 */
export function readFiles(root, paths, isWanted = () => true) {
  return paths.flatMap((name) => {
    const stats = statSync(path.join(root, name), { throwIfNoEntry: false });
    if (!stats) return [];
    if (stats.isDirectory()) return readFiles(root, readdirSync(path.join(root, name)).map((child) => `${name}/${child}`), isWanted);
    return isWanted(name) ? [{ name, content: readFileSync(path.join(root, name)) }] : [];
  });
}

/** @param {string} file @returns {string | undefined} its text, or undefined where it cannot be read */
export function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {string} file @param {string} text */
export function writeText(file, text) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
