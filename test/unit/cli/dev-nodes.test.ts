import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planDevNodes, planLayout } from '../../../src/cli/dev/plan-dev-nodes.ts';

const layout = planLayout('dev', '/s');
const ranges = fc.integer({ min: 0, max: 255 }).map((n) => `10.244.${n}.0/24`);
const settled = fc.uniqueArray(fc.record({ nodeName: fc.oneof(fc.integer({ min: 1, max: 8 }).map((n) => `dev-${n}`), fc.stringMatching(/^other-[a-z]{3}$/)), podCIDR: ranges }), { selector: ({ podCIDR }) => podCIDR, maxLength: 12 })
  .map((list) => list.filter(({ nodeName }, index) => list.findIndex((one) => one.nodeName === nodeName) === index));

test('ranges never meet, settled ones stay, and what others have is left to them', () => {
  fc.assert(fc.property(settled, fc.integer({ min: 1, max: 8 }), (known, count) => {
    const nodes = planDevNodes(layout, count, '10.244.0.0/16', known)!;
    expect(nodes).toHaveLength(count);
    expect(new Set(nodes.map(({ podCIDR }) => podCIDR)).size).toBe(count);
    for (const node of nodes) {
      const own = known.find(({ nodeName }) => nodeName === node.nodeName);
      if (own) expect(node.podCIDR).toBe(own.podCIDR);
      else expect(known.map(({ podCIDR }) => podCIDR)).not.toContain(node.podCIDR);
    }
    for (const key of ['nodeName', 'namespace', 'address', 'port', 'folder', 'cgroup'] as const) expect(new Set(nodes.map((node) => node[key])).size).toBe(count);
  }));
});

test('the first range is left to this machine, and a range that is too small is said to be', () => {
  expect(planDevNodes(layout, 2, '10.244.0.0/16', [])!.map(({ podCIDR }) => podCIDR)).toEqual(['10.244.1.0/24', '10.244.2.0/24']);
  expect(planDevNodes(layout, 1, '10.244.0.0/16', [{ nodeName: 'this', podCIDR: '10.244.0.0/24' }])![0]!.podCIDR).toBe('10.244.1.0/24');
  expect(planDevNodes(layout, 4, '10.244.0.0/22', [])).toBeUndefined();
  expect(planDevNodes(layout, 3, '10.244.4.0/22', [])!.map(({ podCIDR }) => podCIDR)).toEqual(['10.244.5.0/24', '10.244.6.0/24', '10.244.7.0/24']);
});
