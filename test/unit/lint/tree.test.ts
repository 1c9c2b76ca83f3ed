import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkTree } from '../../../scripts/lint/check-tree.ts';
import { runOxlint } from '../../../scripts/lint/run-oxlint.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

test('the tree keeps its rules', () => {
  expect(checkTree(root)).toEqual([]);
});

test('oxlint finds nothing', () => {
  expect(runOxlint(root)).toBe('');
});
