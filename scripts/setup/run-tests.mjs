import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { countTests, planTests } from './plan-tests.mjs';
import { runInPlace } from './run-command.mjs';
import { readText } from './stamps.mjs';

/**
 * Runs the checks and tests one part after the other, goes on after failures, and ends with one line of numbers.
 * @param {string} root
 * @param {string} stateFolder where vitest's reports are kept
 * @param {readonly string[]} args see planTests
 * @returns {Promise<number>} 0 where everything passed
 */
export async function runTests(root, stateFolder, args) {
  const folder = path.resolve(stateFolder, 'test');
  mkdirSync(folder, { recursive: true });
  const { parts, vitestArgs } = planTests(args);
  const total = { passed: 0, failed: 0 };
  const failedParts = [];
  for (const part of parts) {
    process.stdout.write(`\n── ${part.name}\n`);
    const { passed, failed, code } = part.kind === 'check' ? await runCheck(root, part.script) : await runVitest(root, folder, part, vitestArgs);
    if (code > 128) return code; // Ctrl-C
    total.passed += passed;
    total.failed += failed;
    if (failed > 0) failedParts.push(part.name);
  }
  process.stdout.write(`\n${failedParts.length > 0 ? `Failed: ${failedParts.join(', ')}\n` : ''}${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
}

async function runCheck(root, script) {
  const code = await runInPlace('npm', ['run', '--silent', script], { cwd: root, isDetached: false });
  if (code === 0) process.stdout.write('  passed\n');
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, code };
}

async function runVitest(root, folder, part, vitestArgs) {
  const report = path.join(folder, `${part.projects.join('-')}.json`);
  rmSync(report, { force: true });
  const projects = part.projects.flatMap((name) => ['--project', name]);
  const machine = part.machine ? [path.join(root, 'scripts/machine.mjs'), part.machine, process.execPath] : [];
  const code = await runInPlace(process.execPath, [
    ...machine, path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...projects, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...vitestArgs,
  ], { cwd: root, isDetached: false });
  return { ...countTests(readText(report), code), code };
}
