import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatedAlphabet, generateName, isName, isReservedKey, nameProblem } from '../../../src/model/names.ts';
import type { NameRule } from '../../../src/model/names.ts';

const cases: ReadonlyArray<readonly [NameRule, readonly string[], readonly string[]]> = [
  ['dns-subdomain', ['a', 'web-1', 'a.b-c.9', '1', 'a'.repeat(253)], ['', 'A', 'a_b', '-a', 'a-', '.a', 'a.', 'a..b', 'a.-b', 'ä', 'a b', 'a\n', 'a'.repeat(254)]],
  ['dns-label', ['a', '9-a', 'a'.repeat(63)], ['', 'a.b', 'a-', 'a'.repeat(64), 'A']],
  ['dns-1035-label', ['a', 'a-9', 'a'.repeat(63)], ['', '9a', '-a', 'a-', 'a.b', 'a'.repeat(64)]],
  ['port-name', ['http', 'a', '9a', 'web-1', 'a'.repeat(15)], ['', '80', 'a--b', '-a', 'a-', 'HTTP', 'a'.repeat(16), 'a_b']],
  ['config-key', ['app.conf', '_x', '.hidden', '-', 'a'.repeat(253)], ['', '.', '..', '..a', 'a/b', 'a b', 'a'.repeat(254)]],
  ['env-name', ['LOG_LEVEL', 'a.b-c', '_'], ['', '1A', 'A=B', 'A B', '.', '..', '..a']],
  ['label-value', ['', 'a', 'A.b_c-9', 'a'.repeat(63)], ['-a', 'a-', 'a b', 'a/b', 'a'.repeat(64), '.']],
  ['label-key', ['app', 'App_1.x', 'example.com/app', `${'a'.repeat(253)}/${'b'.repeat(63)}`], ['', '/app', 'a/', 'a/b/c', 'Example.com/app', '-a', 'a b', 'b'.repeat(64), `${'a'.repeat(254)}/b`]],
];

describe.each(cases)('%s', (rule, right, wrong) => {
  it.each(right)('takes %j', (name) => expect(nameProblem(rule, name)).toBeUndefined());
  it.each(wrong)('refuses %j and says what must be', (name) => {
    expect(isName(rule, name)).toBe(false);
    expect(nameProblem(rule, name)).toContain('must');
  });
});

it('knows the vocabulary of Kubernetes', () => {
  expect(['kubernetes.io/x', 'node.kubernetes.io/y', 'k8s.io/z', 'a.k8s.io/b'].every(isReservedKey)).toBe(true);
  expect(['app', 'notkubernetes.io/x', 'kubernetes.io', 'example.com/kubernetes.io'].some(isReservedKey)).toBe(false);
});

it('makes names of a prefix and five characters that never exceed 63', () => {
  fc.assert(fc.property(fc.stringMatching(/^[a-z]{1,80}-$/), fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 5, maxLength: 5 }), (prefix, numbers) => {
    let next = 0;
    const name = generateName(prefix, () => numbers[next++] ?? 0);
    expect(name).toHaveLength(Math.min(prefix.length + 5, 63));
    expect([...name.slice(-5)].every((character) => generatedAlphabet.includes(character))).toBe(true);
    expect(isName('dns-label', name)).toBe(true);
  }));
});
