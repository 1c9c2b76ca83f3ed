import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kinds } from '../../../src/kinds/index.ts';
import type { ConfigMapInput, SecretInput } from '../../../src/model/object.ts';
import { minimalInput } from '../../support/arbitraries/minimal-inputs.ts';
import { pathsOf, problemsOf, updateProblemsOf } from './problems.ts';

const mapWith = (content: Partial<ConfigMapInput>): ConfigMapInput => ({ ...minimalInput('ConfigMap'), ...content });
const secretWith = (content: Partial<SecretInput>): SecretInput => ({ ...minimalInput('Secret'), ...content });
const mebibyte = 1024 * 1024;

describe('a ConfigMap', () => {
  it.each<readonly [string, Partial<ConfigMapInput>, string]>([
    ['a key that is no file name', { data: { 'a/b': 'c' } }, 'data[a/b]'],
    ['a key that climbs', { binaryData: { '..': '' } }, 'binaryData[..]'],
    ['binary data that is no base64', { binaryData: { a: 'b!' } }, 'binaryData[a]'],
    ['a key in both', { data: { a: '' }, binaryData: { a: '' } }, 'binaryData[a]'],
    ['more than 1 MiB', { data: { a: 'x'.repeat(mebibyte), b: 'y' } }, 'data'],
  ])('is refused with %s', (_what, content, path) => {
    expect(pathsOf(problemsOf('ConfigMap', mapWith(content)))).toEqual([path]);
  });

  it('never changes again once immutable', () => {
    const fixed = mapWith({ immutable: true, data: { a: '1' } });
    expect(pathsOf(updateProblemsOf('ConfigMap', fixed, { ...fixed, data: { a: '2' } }))).toEqual(['data']);
    expect(pathsOf(updateProblemsOf('ConfigMap', fixed, { ...fixed, immutable: false, binaryData: { b: '' } }))).toEqual(['immutable', 'binaryData']);
    expect(updateProblemsOf('ConfigMap', mapWith({ data: { a: '1' } }), { ...fixed, data: { a: '2' } })).toEqual([]);
  });
});

describe('a Secret', () => {
  it('stores plain text as base64, over data of the same key', () => {
    const content = kinds.Secret.applyDefaults(secretWith({ data: { a: 'b2xk', b: 'a2VwdA==' }, stringData: { a: 'neu ü' } }));
    expect(content).toEqual({ type: 'Opaque', immutable: false, data: { a: Buffer.from('neu ü').toString('base64'), b: 'a2VwdA==' } });
  });

  it.each<readonly [string, Partial<SecretInput>, string]>([
    ['an empty type', { type: '' }, 'type'],
    ['a key that is no file name', { stringData: { 'a b': 'c' } }, 'data[a b]'],
    ['data that is no base64', { data: { a: 'plain text' } }, 'data[a]'],
    ['more than 1 MiB', { stringData: { a: 'x'.repeat(mebibyte + 1) } }, 'data'],
    ['a certificate without key', { type: 'kubernetes.io/tls', stringData: { 'tls.crt': 'a' } }, 'data[tls.key]'],
    ['no user and no password', { type: 'kubernetes.io/basic-auth' }, 'data'],
  ])('is refused with %s', (_what, content, path) => {
    expect(pathsOf(problemsOf('Secret', secretWith(content)))).toEqual([path]);
  });

  it('never changes its type, nor its data once immutable', () => {
    const fixed = secretWith({ immutable: true, stringData: { a: '1' } });
    expect(pathsOf(updateProblemsOf('Secret', fixed, { ...fixed, stringData: { a: '2' } }))).toEqual(['data']);
    expect(pathsOf(updateProblemsOf('Secret', secretWith({}), secretWith({ type: 'example.com/own' })))).toEqual(['type']);
  });

  it('never tells a value in an error', () => {
    fc.assert(fc.property(fc.stringMatching(/^[a-z]{12}!$/), (value) => {
      const fixed = secretWith({ immutable: true, data: { a: '' } });
      const errors = [...problemsOf('Secret', secretWith({ data: { a: value } })), ...updateProblemsOf('Secret', fixed, { ...fixed, data: { a: value } })];
      expect(errors).toHaveLength(2);
      expect(JSON.stringify(errors)).not.toContain(value);
    }));
  });
});
