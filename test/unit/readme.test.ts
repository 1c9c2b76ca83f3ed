import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');

describe('README', () => {
  const map = readme.split('\n').filter((line) => /^\| (a|the|an) .*\? \|/.test(line));
  const paths = map.flatMap((line) => [...line.matchAll(/`([\w./-]+)`/g)].map((m) => m[1]!)).filter((name) => name.includes('/'));

  test('has the ten-second map', () => expect(map.length).toBeGreaterThan(10));
  test.each(paths)('%s exists', (name) => expect(existsSync(path.join(root, name))).toBe(true));

  test('names every setting that the configuration reads', () => {
    const config = ['src/main/config.ts', 'src/main/limit-settings.ts'].map((file) => readFileSync(path.join(root, file), 'utf8')).join('\n');
    const settings = new Set([...config.matchAll(/'((?:GANTRY_|DATABASE_|DOCKER_)\w+)'/g)].map((m) => m[1]!));
    expect(settings.size).toBeGreaterThan(10);
    expect([...settings].filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('every folder of code', () => {
  const folders = ['src', 'agent'].flatMap((top) => readdirSync(path.join(root, top), { withFileTypes: true }).filter((e) => e.isDirectory() && e.name !== 'generated').map((e) => `${top}/${e.name}`));
  test.each(folders)('%s opens with a README', (folder) => expect(existsSync(path.join(root, folder, 'README.md'))).toBe(true));
});
