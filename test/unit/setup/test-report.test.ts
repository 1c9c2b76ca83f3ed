import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { describeError, formatSummary, readTestReport } from '../../../scripts/setup/test-report.mjs';

const root = path.resolve(import.meta.dirname, '../../..');

/** Files with every way to fail. */
const files = {
  'tests.test.ts': `
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
describe('suite', () => {
  beforeAll(() => { throw new Error('no database'); });
  test('never ran', () => {});
});
describe('after', () => {
  afterAll(() => { throw new Error('a folder is left'); });
  test('good', () => {});
});
test('differs', () => { expect({ a: 1, b: 2 }).toEqual({ a: 1, b: 3 }); });
test('hangs', async () => { await new Promise(() => {}); }, 50);
test('rejects beside itself', async () => {
  void Promise.reject(new Error('nobody waits'));
  await new Promise((resolve) => setTimeout(resolve, 20));
});`,
  'unloadable.test.ts': `import './nothing-there.ts';`,
  'hook.test.ts': `import { beforeAll, test } from 'vitest'; beforeAll(() => { throw new Error('no Docker'); }); test('x', () => {});`,
};

test('a run names each test, hook, file and uncaught error that failed, with what it said and where', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gantry-report-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  const code = await new Promise<number>((resolve) => {
    const args = ['run', '--root', folder, `--reporter=${path.join(root, 'scripts/setup/test-report.mjs')}`, `--outputFile.failures=${folder}/report.json`];
    const child = execFile(process.execPath, [path.join(root, 'node_modules/vitest/vitest.mjs'), ...args], () => resolve(child.exitCode ?? -1));
  });
  const report = readTestReport(readFileSync(path.join(folder, 'report.json'), 'utf8'), code);
  expect(report.passed).toBe(2);
  expect(report.failures.map(({ file, name, error }) => `${file} > ${name}\n${error.replace(/:\d+$/, '')}`).sort()).toEqual([
    'hook.test.ts > \nError: no Docker\nat hook.test.ts:1',
    'tests.test.ts > after\nError: a folder is left\nat tests.test.ts:8',
    'tests.test.ts > differs\nAssertionError: expected { a: 1, b: 2 } to deeply equal { a: 1, b: 3 }\n- Expected\n+ Received\n  {\n    "a": 1,\n-   "b": 3,\n+   "b": 2,\n  }\nat tests.test.ts:11',
    expect.stringMatching(/^tests\.test\.ts > hangs\nError: Test timed out in 50ms\./),
    'tests.test.ts > rejects beside itself\nUnhandled Rejection: Error: nobody waits\nat tests.test.ts:14',
    'tests.test.ts > suite\nError: no database\nat tests.test.ts:4',
    expect.stringMatching(/^unloadable\.test\.ts > \nError: Cannot find module '\.\/nothing-there\.ts'/),
  ]);
});

describe('describeError', () => {
  test('a long message is cut', () => {
    const text = describeError({ name: 'Error', message: Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n'), stack: 'Error\n    at f (/else/where.ts:1:1)' }, '/root');
    expect(text.split('\n')).toEqual(['Error: line 0', ...Array.from({ length: 10 }, (_, index) => `line ${index + 1}`), '… 29 more lines']);
  });
});

describe('readTestReport', () => {
  const text = (failures: readonly object[]) => JSON.stringify({ passed: 3, failures });
  const unnamed = (code: number) => [{ file: '', name: '', error: `vitest ended with exit code ${code} and named no test; its output is above` }];
  test('what the run wrote', () => expect(readTestReport(text([]), 0)).toEqual({ passed: 3, failures: [] }));
  test('a failure that the run did not name', () => expect(readTestReport(text([]), 1)).toEqual({ passed: 3, failures: unnamed(1) }));
  test.each([undefined, '{"pass'])('no report', (cut) => expect([readTestReport(cut, 0), readTestReport(cut, 7)]).toEqual([{ passed: 0, failures: unnamed(1) }, { passed: 0, failures: unnamed(7) }]));
});

describe('formatSummary', () => {
  const failure = (name: string) => ({ file: 'a.test.ts', name, error: 'Error: no\nat a.test.ts:1:1' });
  test('nothing failed: the numbers alone', () => expect(formatSummary([{ name: 'types', passed: 1, failures: [] }, { name: 'unit', passed: 7, failures: [] }])).toBe('8 passed, 0 failed\n'));
  test('what failed, then the numbers', () => expect(formatSummary([{ name: 'unit', passed: 7, failures: [failure('x')] }, { name: 'e2e', passed: 2, failures: [failure('')] }]).split('\n')).toEqual([
    'Failed: unit, e2e', '', '✗ unit > a.test.ts > x', '    Error: no', '    at a.test.ts:1:1', '', '✗ e2e > a.test.ts', '    Error: no', '    at a.test.ts:1:1', '', '9 passed, 2 failed', '',
  ]));
  test('very many failures: all are named, the first are told', () => {
    const lines = formatSummary([{ name: 'unit', passed: 0, failures: Array.from({ length: 500 }, (_, index) => failure(`test ${index}`)) }]).split('\n');
    expect(lines.filter((line) => line.startsWith('✗'))).toHaveLength(500);
    expect(lines.length).toBeLessThan(600);
  });
});
