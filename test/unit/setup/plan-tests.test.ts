import { describe, expect, test } from 'vitest';
import { countTests, planTests } from '../../../scripts/setup/plan-tests.mjs';

const names = (args: readonly string[]): readonly string[] => planTests(args).parts.map((part) => part.name);

describe('planTests', () => {
  test('everything, e2e alone and last', () => expect(names([])).toEqual(['types', 'lint', 'unit', 'conformance, integration and chaos', 'e2e']));
  test('parts by name, in their fixed order', () => expect(names(['lint', 'types'])).toEqual(['types', 'lint']));
  test('what is no part goes to vitest', () => {
    expect(planTests(['unit', 'test/unit/setup', '-t', 'x'])).toMatchObject({ parts: [{ name: 'unit' }], vitestArgs: ['test/unit/setup', '-t', 'x'] });
    expect(names(['test/unit/setup'])).toEqual(['unit', 'conformance, integration and chaos', 'e2e']);
  });
});

describe('countTests', () => {
  const report = (passed: number, failed: number, files: readonly object[] = []): string => JSON.stringify({ numPassedTests: passed, numFailedTests: failed, testResults: files });
  test('numbers of the report', () => expect(countTests(report(3, 0), 0)).toEqual({ passed: 3, failed: 0 }));
  test('failures', () => expect(countTests(report(3, 2), 1)).toEqual({ passed: 3, failed: 2 }));
  test('a file that could not be read', () => expect(countTests(report(3, 0, [{ status: 'failed', assertionResults: [] }]), 1)).toEqual({ passed: 3, failed: 1 }));
  test('a failure outside any test', () => expect(countTests(report(3, 0), 1)).toEqual({ passed: 3, failed: 1 }));
  test.each([undefined, '{"numPa'])('no report', (text) => expect(countTests(text, 1)).toEqual({ passed: 0, failed: 1 }));
});
