import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { digest, readFiles, readText, writeText } from '../../../scripts/setup/stamps.mjs';

test('the digest tells names, contents and further texts apart, and not order', () => {
  const a = { name: 'a', content: '1' };
  const b = { name: 'b', content: '2' };
  expect(digest([a, b])).toBe(digest([b, a]));
  const others = [digest([a]), digest([{ ...a, name: 'c' }, b]), digest([{ ...a, content: '3' }, b]), digest([a, b], 'node 20'), digest([{ name: 'a', content: '1b' }, { name: 'b', content: '' }])];
  expect(new Set([digest([a, b]), ...others]).size).toBe(others.length + 1);
});

test('files are found below folders; what does not exist is left out', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'gantry-stamps-'));
  try {
    writeText(path.join(root, 'x/y/one.graphql'), 'one');
    writeText(path.join(root, 'x/two.txt'), 'two');
    expect(readFiles(root, ['x', 'nowhere'], (name) => name.endsWith('.graphql')).map(({ name, content }) => [name, content.toString()])).toEqual([['x/y/one.graphql', 'one']]);
    expect(readText(path.join(root, 'none'))).toBeUndefined();
  } finally {
    rmSync(root, { recursive: true });
  }
});
