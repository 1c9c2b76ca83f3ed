import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Held, Peers } from '../../../../agent/policy/plan-update.ts';
import { planUpdate } from '../../../../agent/policy/plan-update.ts';
import { Kernel } from './kernel.ts';
import { isAllowed } from './model.ts';
import { connectionsOf, groupsOf, layoutOf, nodeOf, world } from './worlds.ts';
import type { World } from './worlds.ts';

type Groups = ReadonlyMap<string, ReadonlySet<string>>;
const peersOf = (groups: Groups, touched: Peers['touched'] = new Map()): Peers => ({ all: (key) => groups.get(key) ?? [], has: (key, member) => groups.get(key)?.has(member) ?? false, touched });

/** A node with its kernel, led from one state of the cluster to the next. */
function newNode(index: 1 | 2) {
  const kernel = new Kernel();
  let held: Held | undefined, groups: Groups = new Map();
  return {
    index, kernel,
    /** Gives the number of elements that were written. */
    goTo(next: World): number {
      const layout = layoutOf(next, index), known = groupsOf(next);
      const touched = new Map([...known].map(([key, members]) => [key, new Set([...members, ...groups.get(key) ?? []])]));
      const update = planUpdate(held, layout, peersOf(known, touched));
      if (update) kernel.apply(update);
      held = { layout, members: new Map([...layout.peerSets].map(([set, { groupKey }]) => [set, known.get(groupKey) ?? new Set<string>()])) };
      groups = known;
      expect(planUpdate(held, layout, peersOf(known))).toBeUndefined();
      return [...update?.adds ?? [], ...update?.deletes ?? []].flatMap(({ elements }) => elements).length;
    },
  };
}

test('a connection gets through the nodes of both ends exactly where Kubernetes allows it, after any history of the cluster', () => {
  fc.assert(fc.property(fc.array(world, { minLength: 1, maxLength: 3 }), (history) => {
    const nodes = [newNode(1), newNode(2)];
    for (const now of history) {
      for (const node of nodes) node.goTo(now);
      const wrong = connectionsOf(now).filter((connection) => {
        const passes = nodes.filter(({ index }) => index === nodeOf(connection.from.address) || index === nodeOf(connection.to.address)).every(({ kernel }) => kernel.passes(connection));
        return passes !== isAllowed(now.policies, now.namespaces, connection);
      });
      expect(wrong).toEqual([]);
    }
  }), { numRuns: 100 });
});

test('nothing is left in the kernel that no policy needs', () => {
  fc.assert(fc.property(world, (given) => {
    const node = newNode(1);
    node.goTo(given);
    node.goTo({ ...given, policies: [] });
    expect([node.kernel.chains.size, [...node.kernel.sets].map(([name, members]) => [name, members.size])]).toEqual([0, [['itself', 0]]]);
  }), { numRuns: 100 });
});

test('one Pod more in a group of thousands is one element more', () => {
  fc.assert(fc.property(world, (given) => {
    const many = Array.from({ length: 2000 }, (_, n) => ({ address: `10.250.${Math.floor(n / 250)}.${n % 250}`, namespace: 'blue', labels: {}, ports: [] }));
    const node = newNode(1);
    const before = { ...given, pods: [...given.pods, ...many] };
    node.goTo(before);
    const sets = layoutOf(before, 1).peerSets.size;
    expect(node.goTo({ ...before, pods: [...before.pods, { address: '10.250.99.9', namespace: 'blue', labels: {}, ports: [] }] })).toBeLessThanOrEqual(sets);
  }), { numRuns: 30 });
});
