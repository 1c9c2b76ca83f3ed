import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/**
 * One thing that failed: a test, a hook (`name` is then its suite), a file that could not be loaded (`name` is empty), or an error nobody caught.
 * @typedef {{ file: string, name: string, error: string }} Failure
 * @typedef {{ passed: number, failures: readonly Failure[] }} TestReport
 */

const errorLines = 12;

/**
 * A reporter for vitest that writes a TestReport to `--outputFile.failures`. Vitest's own JSON leaves out what a hook of a suite, a time limit
 * or an uncaught error said.
 */
export default class TestReporter {
  /** @param {import('vitest/node').Vitest} vitest */
  onInit(vitest) {
    this.root = vitest.config.root;
    this.outputFile = /** @type {Record<string, string>} */ (vitest.config.outputFile)['failures'] ?? '';
  }

  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly import('vitest/node').SerializedError[]} uncaught
   */
  onTestRunEnd(modules, uncaught) {
    writeFileSync(this.outputFile, JSON.stringify(reportOf(modules, uncaught, this.root ?? '')));
  }
}

/**
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {readonly import('vitest/node').SerializedError[]} uncaught
 * @param {string} root
 * @returns {TestReport}
 */
function reportOf(modules, uncaught, root) {
  const failures = [];
  let passed = 0;
  for (const module of modules) {
    const file = module.relativeModuleId;
    const add = (name, errors) => failures.push({ file, name, error: errors.map((error) => describeError(error, root)).join('\n') });
    if (module.errors().length > 0) add('', module.errors());
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) add(suite.fullName, suite.errors());
    for (const one of module.children.allTests()) {
      const { state, errors } = one.result();
      if (state === 'failed') add(one.fullName, errors ?? []);
      if (state === 'passed') passed += 1;
    }
  }
  for (const error of uncaught) {
    failures.push({ file: path.relative(root, String(error['VITEST_TEST_PATH'] ?? '')), name: String(error['VITEST_TEST_NAME'] ?? ''), error: `${error['type'] ?? 'uncaught'}: ${describeError(error, root)}` });
  }
  return { passed, failures };
}

/**
 * What an error says, in a few lines without colours: its message, the difference it found, and the first line of the project it went through.
 * @param {import('vitest/node').SerializedError} error
 * @param {string} root
 * @returns {string}
 */
export function describeError(error, root) {
  const said = `${error.name ?? 'Error'}: ${error.message ?? ''}${error['diff'] ? `\n${error['diff']}` : ''}`;
  const lines = stripVTControlCharacters(said).split('\n').filter((line) => line.trim() !== '').map((line) => line.slice(0, 300));
  const place = (error.stack ?? '').split('\n').find((line) => /^ +at /.test(line) && line.includes(`${root}/`) && !line.includes('/node_modules/'));
  const shown = lines.length > errorLines ? [...lines.slice(0, errorLines - 1), `… ${lines.length - errorLines + 1} more lines`] : lines;
  return [...shown, ...place ? [`${place.trim().replace(`${root}/`, '')}`] : []].join('\n');
}

/**
 * The report of one run of vitest. A run that left none, or that failed without saying why, is one failure.
 * @param {string | undefined} text
 * @param {number} code vitest's exit code
 * @returns {TestReport}
 */
export function readTestReport(text, code) {
  /** @type {TestReport} */
  let report = { passed: 0, failures: [] };
  try {
    report = JSON.parse(text ?? '');
  } catch {
    if (code === 0) code = 1;
  }
  if (code === 0 || report.failures.length > 0) return report;
  return { ...report, failures: [{ file: '', name: '', error: `vitest ended with exit code ${code} and named no test; its output is above` }] };
}

const detailed = 20;

/**
 * The end of `npm test`: what failed and where, then the numbers as the last line.
 * @param {readonly { name: string, passed: number, failures: readonly Failure[] }[]} parts
 * @returns {string}
 */
export function formatSummary(parts) {
  const failures = parts.flatMap((part) => part.failures.map((failure) => ({ ...failure, part: part.name })));
  const titles = failures.map(({ part, file, name }) => [part, file, name].filter(Boolean).join(' > '));
  const failedParts = parts.filter((part) => part.failures.length > 0).map((part) => part.name);
  return [
    ...failures.length > 0 ? [`Failed: ${failedParts.join(', ')}`, ''] : [],
    ...failures.flatMap(({ error }, index) => index < detailed ? [`✗ ${titles[index]}`, ...error.split('\n').map((line) => `    ${line}`), ''] : [`✗ ${titles[index]}`]),
    `${parts.reduce((sum, part) => sum + part.passed, 0)} passed, ${failures.length} failed`,
    '',
  ].join('\n');
}
