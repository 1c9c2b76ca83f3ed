import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planRuleset } from '../../../../agent/proxy/plan-ruleset.ts';
import { planUpdate } from '../../../../agent/proxy/plan-update.ts';
import type { Update } from '../../../../agent/proxy/plan-update.ts';
import { renderLayout } from '../../../../agent/proxy/render-table.ts';
import { renderUpdate } from '../../../../agent/proxy/render-update.ts';
import { chainOfVerdict, emptyRuleset, isSlotted, mapNames, splitSlot } from '../../../../agent/proxy/ruleset.ts';
import type { Ruleset } from '../../../../agent/proxy/ruleset.ts';
import { cluster } from './arbitraries.ts';
import { endpoint, facts, service, servicePort, slice } from './fixtures.ts';

/** The kernel as far as elements go: refuses to delete what is not there and to add what is. */
function applyTo(previous: Ruleset | undefined, update: Update | undefined): Ruleset {
  const maps = emptyRuleset();
  for (const name of mapNames) for (const [key, value] of (update?.isFullLoad ? undefined : previous?.[name]) ?? []) maps[name].set(key, value);
  for (const { map, key } of update?.deletes ?? []) if (!maps[map].delete(key)) throw new Error(`${map} has no ${key}`);
  for (const { map, key, value } of update?.adds ?? []) {
    if (maps[map].has(key)) throw new Error(`${map} has ${key}`);
    maps[map].set(key, value);
  }
  return maps;
}

const rules = cluster.map(({ services, slices }) => planRuleset(services, slices, facts));

describe('for any two states', () => {
  test('the update leads exactly from one to the other, and changes nothing that stays', () => {
    fc.assert(fc.property(rules, rules, (previous, next) => {
      const update = planUpdate(previous, next, facts);
      expect(applyTo(previous, update)).toEqual(next);
      const kept = mapNames.flatMap((map) => [...previous[map]].filter(([key, value]) => next[map].get(key) === value).map(([key]) => `${map} ${key}`));
      const touched = new Set([...(update?.deletes ?? []), ...(update?.adds ?? [])].map(({ map, key }) => `${map} ${key}`));
      for (const element of kept) expect(touched).not.toContain(element);
    }));
  });

  test('the first one loads everything', () => {
    fc.assert(fc.property(rules, (next) => {
      const update = planUpdate(undefined, next, facts);
      expect(update?.isFullLoad).toBe(true);
      expect(applyTo(undefined, update)).toEqual(next);
    }));
  });

  test('nothing to do is nothing', () => {
    fc.assert(fc.property(rules, (state) => { expect(planUpdate(state, state, facts)).toBeUndefined(); }));
  });

  test('every chain and slot that a new element needs exists or is made before it', () => {
    fc.assert(fc.property(fc.option(rules, { nil: undefined }), rules, (previous, next) => {
      const update = planUpdate(previous, next, facts);
      if (!update) return;
      const script = `${renderUpdate(update, facts)}\n${renderLayout(facts)}`;
      const usedBefore = new Set(mapNames.flatMap((map) => [...(previous?.[map].values() ?? [])].flatMap((v) => chainOfVerdict(v) ?? [])));
      for (const { map, key, value } of update.adds) {
        const chain = chainOfVerdict(value);
        if (chain && !usedBefore.has(chain)) expect(script).toMatch(new RegExp(`chain (ip gantry )?${chain}( \\{|$)`, 'm'));
        if (!isSlotted(map)) continue;
        const { slot } = splitSlot(key);
        const existed = [...(previous?.[map].keys() ?? [])].some((other) => splitSlot(other).slot === slot);
        if (!existed) expect(script).toContain(`add map ip gantry ${map}_${slot} {`);
      }
    }));
  });
});

describe('UDP', () => {
  const dns = service('dns', { clusterIP: '10.96.0.10', type: 'NodePort', ports: [servicePort({ port: 53, protocol: 'UDP', nodePort: 30053 })] });
  const at = (...addresses: readonly string[]): Ruleset => planRuleset([dns], [slice('dns', addresses.map((a) => endpoint(a)), [{ name: '', protocol: 'UDP', port: 53 }])], facts);

  test('flows to a removed backend are cut, those to one that only changed its slot are not', () => {
    expect(planUpdate(at('10.244.1.2', '10.244.1.3'), at('10.244.1.3'), facts)?.staleFlows).toEqual([
      { address: '10.96.0.10', port: 53, backend: '10.244.1.2' }, { port: 30053, backend: '10.244.1.2' },
    ]);
  });

  test('flows from before a front was served are cut', () => {
    expect(planUpdate(at(), at('10.244.1.3'), facts)?.staleFlows).toEqual([{ address: '10.96.0.10', port: 53 }, { port: 30053 }]);
  });
});

test('TCP has an end of its own: only attempts may be stuck, where a backend left', () => {
  const web = (...addresses: readonly string[]): Ruleset => planRuleset([service('web', { clusterIP: '10.96.0.11', ports: [servicePort({ port: 80 })] })], [slice('web', addresses.map((a) => endpoint(a)))], facts);
  expect(planUpdate(web('10.244.1.2'), web('10.244.1.3'), facts)).toMatchObject({ staleFlows: [], mayHaveStuckConnections: true });
  expect(planUpdate(web('10.244.1.2'), web(), facts)).toMatchObject({ staleFlows: [], mayHaveStuckConnections: true });
  expect(planUpdate(web('10.244.1.3'), web('10.244.1.2', '10.244.1.3'), facts)).toMatchObject({ staleFlows: [], mayHaveStuckConnections: false });
});

test('one changed endpoint costs a few elements, however many Services there are', () => {
  const services = Array.from({ length: 500 }, (_, i) => service(`s${i}`, { clusterIP: `10.96.${Math.trunc(i / 250)}.${i % 250}`, ports: [servicePort({ port: 80 })] }));
  const state = (changed: string): Ruleset => planRuleset(services, services.map((s, i) => slice(s.metadata.name, [endpoint(i === 77 ? changed : '10.244.1.9'), endpoint('10.244.2.9', 'node-2')])), facts);
  const update = planUpdate(state('10.244.1.9'), state('10.244.1.8'), facts);
  expect(renderUpdate(update ?? expect.fail(), facts).trim().split('\n')).toEqual([
    'delete element ip gantry backends_0 { 10.96.0.77 . tcp . 80 }',
    'add element ip gantry hairpin { 10.244.1.8 . 10.244.1.8 : goto masquerade_all }',
    'add element ip gantry backends_0 { 10.96.0.77 . tcp . 80 : 10.244.1.8 . 8080 }',
  ].toSorted((a, b) => Number(a.startsWith('add')) - Number(b.startsWith('add'))));
});
