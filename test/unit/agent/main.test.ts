import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { usage } from '../../../agent/options.ts';

const root = path.resolve(import.meta.dirname, '../../..');

it('the entry without a loader runs the same program and leaves nothing behind', () => {
  expect(execFileSync(process.execPath, ['agent/main.mjs', '--help'], { cwd: root, encoding: 'utf8' })).toBe(`${usage}\n`);
  expect(readdirSync(path.join(root, 'src/generated')).filter((name) => name.startsWith('agent-'))).toEqual([]);
}, 60_000);
