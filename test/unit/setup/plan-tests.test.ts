import { describe, expect, test } from 'vitest';
import { planTests } from '../../../scripts/setup/plan-tests.mjs';

const names = (args: readonly string[]): readonly string[] => planTests(args).parts.map((part) => part.name);

describe('planTests', () => {
  test('everything, e2e alone and last', () => expect(names([])).toEqual(['types', 'lint', 'unit', 'conformance, integration and chaos', 'e2e']));
  test('parts by name, in their fixed order', () => expect(names(['lint', 'types'])).toEqual(['types', 'lint']));
  test('what is no part goes to vitest', () => {
    expect(planTests(['unit', 'test/unit/setup', '-t', 'x'])).toMatchObject({ parts: [{ name: 'unit' }], vitestArgs: ['test/unit/setup', '-t', 'x'] });
    expect(names(['test/unit/setup'])).toEqual(['unit', 'conformance, integration and chaos', 'e2e']);
  });
});
