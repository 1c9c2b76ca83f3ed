import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';
import { exitCode } from '../../../scripts/setup/run-command.mjs';

test('exit codes are those of a shell', () => {
  expect([exitCode(0, null), exitCode(3, null), exitCode(null, 'SIGINT'), exitCode(null, 'SIGTERM')]).toEqual([0, 3, 130, 143]);
});

const runner = path.resolve(import.meta.dirname, '../../../scripts/setup/run-command.mjs');
const start = (program: string) => spawn(process.execPath, ['--input-type=module', '-e', `
  import { runInPlace } from ${JSON.stringify(runner)};
  process.exitCode = await runInPlace(process.execPath, ['-e', ${JSON.stringify(program)}]);
`], { stdio: ['ignore', 'pipe', 'inherit'] });

test('a signal is passed on once, however often it comes, and the exit code comes back', async () => {
  const child = start('let n = 0; process.on("SIGINT", () => { n += 1; setTimeout(() => process.exit(10 + n), 200); }); setInterval(() => {}, 1000); console.log("up");');
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([11, null]);
});

test('a program that a signal ends gives 128 and the signal', async () => {
  const child = start('setInterval(() => {}, 1000); console.log("up");');
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([143, null]);
});
