import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestMessage } from '../../../src/api/request-log.ts';
import { openLog } from '../../../src/main/open-log.ts';

let folder: string;
beforeAll(() => { folder = mkdtempSync(path.join(tmpdir(), 'gantry-log-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const numbersIn = (lines: string) => lines.split('\n').filter(Boolean).map((line) => (JSON.parse(line) as { readonly n: number }).n);

test('lines of requests wait for each other; any other line is written at once, after them', async () => {
  const file = path.join(folder, 'open');
  const logger = pino({}, openLog(openSync(file, 'a')));
  logger.info({ n: 1 }, requestMessage);
  logger.info({ n: 2 }, requestMessage);
  expect(statSync(file).size).toBe(0);
  logger.info({ n: 3 }, 'leads');
  expect(numbersIn(readFileSync(file, 'utf8'))).toEqual([1, 2, 3]);
  logger.info({ n: 4 }, requestMessage);
  expect(numbersIn(readFileSync(file, 'utf8'))).toEqual([1, 2, 3]);
  await expect.poll(() => numbersIn(readFileSync(file, 'utf8'))).toEqual([1, 2, 3, 4]);
});

test('many lines do not wait for the time to be over', () => {
  const file = path.join(folder, 'many');
  const logger = pino({}, openLog(openSync(file, 'a')));
  for (let n = 0; n < 1000; n++) logger.info({ n }, requestMessage);
  const written = numbersIn(readFileSync(file, 'utf8'));
  expect(written.length).toBeGreaterThan(0);
  expect(written).toEqual(Array.from({ length: written.length }, (_, n) => n));
});

test('a file is its owner\'s, and a log that was there goes on', async () => {
  const file = path.join(folder, 'twice');
  pino({}, openLog(file)).info({ n: 1 }, 'serving');
  await expect.poll(() => numbersIn(readFileSync(file, 'utf8'))).toEqual([1]);
  pino({}, openLog(file)).info({ n: 2 }, 'serving');
  await expect.poll(() => numbersIn(readFileSync(file, 'utf8'))).toEqual([1, 2]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

describe('nothing is missing from the log of a process that ends', () => {
  const module = (file: string) => JSON.stringify(pathToFileURL(path.resolve(import.meta.dirname, '../../../', file)).href);
  const endings = { 'by itself': '', 'by exit': 'process.exit(0)', 'by an error that nobody caught': 'throw new Error("meant")', 'by SIGTERM': 'process.once("SIGTERM", () => process.exit(0)); process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)' };
  for (const [how, ending] of Object.entries(endings)) for (const to of ['a file', 'standard output']) test(`${how}, to ${to}`, async () => {
    const file = path.join(folder, `${how} ${to}`);
    const code = `const { default: pino } = await import('pino'); const { openLog } = await import(${module('src/main/open-log.ts')});
      const logger = pino({}, openLog(${to === 'a file' ? JSON.stringify(file) : 1})); for (let n = 0; n < 1000; n++) logger.info({ n }, ${JSON.stringify(requestMessage)}); ${ending}`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], { cwd: path.resolve(import.meta.dirname, '../../..'), stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, VITEST: undefined } });
    const [told] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    const numbers = numbersIn(to === 'a file' ? readFileSync(file, 'utf8') : told);
    expect(numbers.sort((one, other) => one - other)).toEqual(Array.from({ length: 1000 }, (_, n) => n));
  });
});
