import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { planTests } from './plan-tests.mjs';
import { runInPlace } from './run-command.mjs';
import { readText } from './stamps.mjs';
import { formatSummary, readTestReport } from './test-report.mjs';

/**
 * Runs the checks and tests one part after the other, goes on after failures, and ends with what failed and one line of numbers.
 * @param {string} root
 * @param {string} stateFolder where the reports are kept
 * @param {readonly string[]} args see planTests
 * @returns {Promise<number>} 0 where everything passed
 */
export async function runTests(root, stateFolder, args) {
  const folder = path.resolve(stateFolder, 'test');
  mkdirSync(folder, { recursive: true });
  const { parts, vitestArgs } = planTests(args);
  const results = [];
  for (const part of parts) {
    process.stdout.write(`\n── ${part.name}\n`);
    const { code, ...report } = part.kind === 'check' ? await runCheck(root, part.script) : await runVitest(root, folder, part, vitestArgs);
    if (code > 128) return code; // Ctrl-C
    results.push({ name: part.name, ...report });
  }
  process.stdout.write(`\n${formatSummary(results)}`);
  return results.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

async function runCheck(root, script) {
  const code = await runInPlace('npm', ['run', '--silent', script], { cwd: root, isDetached: false });
  if (code === 0) process.stdout.write('  passed\n');
  return { code, passed: code === 0 ? 1 : 0, failures: code === 0 ? [] : [{ file: '', name: '', error: `npm run ${script} ended with exit code ${code}; what it found is above` }] };
}

async function runVitest(root, folder, part, vitestArgs) {
  const report = path.join(folder, `${part.projects.join('-')}.json`);
  rmSync(report, { force: true });
  const projects = part.projects.flatMap((name) => ['--project', name]);
  const machine = part.machine ? [path.join(root, 'scripts/machine.mjs'), part.machine, process.execPath] : [];
  const code = await runInPlace(process.execPath, [
    ...machine, path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...projects,
    '--reporter=default', `--reporter=${path.join(root, 'scripts/setup/test-report.mjs')}`, `--outputFile.failures=${report}`, ...vitestArgs,
  ], { cwd: root, isDetached: false });
  return { ...readTestReport(readText(report), code), code };
}
