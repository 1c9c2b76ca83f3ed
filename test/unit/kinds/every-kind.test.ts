import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kinds } from '../../../src/kinds/index.ts';
import type { KindDefinition } from '../../../src/kinds/kind.ts';
import { validateMetadata } from '../../../src/model/check-metadata.ts';
import { kindFacts, kindNames } from '../../../src/model/object.ts';
import type { Inputs, KindName, Objects } from '../../../src/model/object.ts';
import { inputsOf } from '../../support/arbitraries/inputs.ts';
import { minimalInput } from '../../support/arbitraries/minimal-inputs.ts';
import { storedObject } from '../../support/arbitraries/stored.ts';

function promisesOf<K extends KindName>(kind: K): void {
  const definition = kinds[kind] as KindDefinition<K>;
  const inputs = inputsOf(kind);

  it('fills the smallest input to something valid', () => {
    const object = storedObject(kind, minimalInput(kind));
    expect(definition.validate(object)).toEqual([]);
    expect(validateMetadata(object.metadata, definition.nameRule, kindFacts[kind].namespaced)).toEqual([]);
  });

  it('fills any valid input to something valid', () => {
    fc.assert(fc.property(inputs, (input) => {
      expect(definition.validate(storedObject(kind, input))).toEqual([]);
    }), { numRuns: 60 });
  });

  it('fills what is full already with nothing more', () => {
    fc.assert(fc.property(inputs, (input) => {
      const once = definition.applyDefaults(input);
      expect(definition.applyDefaults({ ...once, metadata: input.metadata } as unknown as Inputs[K])).toStrictEqual(once);
    }), { numRuns: 60 });
  });

  it('fills without changing its input, and leaves no field undefined', () => {
    fc.assert(fc.property(inputs, (input) => {
      const before = structuredClone(input);
      const content = definition.applyDefaults(input);
      expect(input).toStrictEqual(before);
      expect(JSON.parse(JSON.stringify(content))).toStrictEqual(content);
    }), { numRuns: 60 });
  });

  it('asks no default about a standalone field', () => {
    const { standaloneFields = [] } = definition;
    fc.assert(fc.property(inputs, fc.subarray([...standaloneFields]), (input, names) => {
      const { spec, ...others } = definition.applyDefaults(input) as { readonly spec?: object };
      const given = { ...others, ...(spec ? { spec: { ...spec, ...Object.fromEntries(names.map((name) => [name, 'node-1'])) } } : {}) };
      expect(definition.applyDefaults({ ...given, metadata: input.metadata } as unknown as Inputs[K])).toStrictEqual(given);
    }), { numRuns: 30 });
  });

  it('takes an update that changes nothing', () => {
    fc.assert(fc.property(inputs, (input) => {
      const object: Objects[K] = storedObject(kind, input);
      expect(definition.validateUpdate(object, object)).toEqual([]);
    }), { numRuns: 30 });
  });

  it('carries nothing over where nothing was left out', () => {
    fc.assert(fc.property(inputs, (input) => {
      const content = definition.applyDefaults(input);
      expect(definition.carryOver?.(content, content) ?? content).toStrictEqual(content);
    }), { numRuns: 30 });
  });
}

describe.each(kindNames)('%s', (kind) => promisesOf(kind));
