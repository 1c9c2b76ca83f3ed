import fc from 'fast-check';
import { getOperationAST, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { allResolvers } from '../../../src/api/all-resolvers.ts';
import { fragmentsOf } from '../../../src/api/execute/prepare.ts';
import { costOf, planCost } from '../../../src/api/limits-cost.ts';
import { createRateLimit } from '../../../src/api/limits-rate.ts';
import { createSchema } from '../../../src/api/schema.ts';
import { defaultLimits } from '../../../src/api/limits.ts';
import type { NodeWorkHub } from '../../../src/api/watch/node-work-hub.ts';
import { fragments } from '../../../src/generated/documents.ts';

const schema = createSchema(allResolvers({} as NodeWorkHub));

/** The cost of a query in a cluster of so many objects. */
function cost(query: string, objects: Readonly<Record<string, number>>, variables: Readonly<Record<string, unknown>> = {}, enough = 0): number {
  const document = parse(query);
  return costOf(planCost(schema, getOperationAST(document)!, fragmentsOf(document)), variables, (kind) => objects[kind] ?? 0, enough);
}

const large = { Namespace: 20, Node: 5_000, Deployment: 10_000, ReplicaSet: 30_000, Pod: 150_000, Service: 5_000, EndpointSlice: 6_000, Event: 100_000 };

describe('cost', () => {
  test('counts what is selected once for each object of a page', () => {
    expect(cost('{ revision server { id } }', {})).toBe(3);
    expect(cost('{ pods(first: 3) { totalCount nodes { kind metadata { name } } } }', { Pod: 10 })).toBe(1 + 3 * 5);
    expect(cost('query($n: Int) { pods(last: $n) { totalCount } }', { Pod: 1000 }, { n: 7 })).toBe(8);
    expect(cost('{ pods { totalCount } }', { Pod: 1000 })).toBe(101);
  });

  test('expects no more objects than there are', () => {
    expect(cost('{ pods(first: 1000) { totalCount } }', { Pod: 4 })).toBe(5);
    expect(cost('{ nodes { nodes { pods { totalCount } } } }', { Node: 10, Pod: 100 })).toBe(1 + 10 * (2 + 40));
  });

  test('is the same through fragments', () => {
    const spread = '{ pods { ...P ... { totalCount } } } fragment P on PodConnection { nodes { node { pods { totalCount } } } }';
    expect(cost(spread, large)).toBe(cost('{ pods { nodes { node { pods { totalCount } } } totalCount } }', large));
  });

  test('leaves room for the topology of a large cluster and none for going round in it', () => {
    const topology = `{ deployments { nodes { metadata { name } status { readyReplicas replicas } replicaSets { nodes { metadata { name } pods { nodes { metadata { name labels } status { phase podIP }
      services { metadata { name } } node { metadata { name } } } } } } } } }`;
    expect(cost(topology, large)).toBeLessThan(defaultLimits.cost / 5);
    const page = `{ pods(first: 1000) { nodes { ...PodFields node { ...NodeFields } } } } ${fragments.Pod} ${fragments.Node}`;
    expect(cost(page, large)).toBeLessThan(defaultLimits.cost / 2);
    const round = '{ pods(first: 1000) { nodes { node { pods(first: 1000) { nodes { node { pods(first: 1000) { nodes { kind } } } } } } } } }';
    expect(cost(round, large)).toBeGreaterThan(defaultLimits.cost);
    expect(cost(round, { Pod: 10, Node: 1 })).toBeLessThan(defaultLimits.cost);
  });

  test('never rises when only pages are looked at first', () => {
    fc.assert(fc.property(fc.nat(1000), fc.nat(5000), fc.nat(500), (first, Pod, Node) => {
      const query = `{ nodes(first: ${first}) { nodes { pods(first: ${first}) { totalCount } } } }`;
      expect(cost(query, { Pod, Node })).toBeLessThanOrEqual(cost(query, { Pod, Node }, {}, Infinity));
    }));
  });
});

describe('rate', () => {
  test('a bucket gives what it holds at once, then as much as flows in', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), fc.array(fc.nat(300), { maxLength: 200 }), (perSecond, atOnce, pausesMs) => {
      const rate = createRateLimit({ perSecond, atOnce });
      let nowMs = 0, taken = 0;
      for (const pauseMs of pausesMs) {
        nowMs += pauseMs;
        const waitMs = rate.take('a', nowMs);
        if (waitMs === 0) taken += 1;
        expect(taken).toBeLessThanOrEqual(atOnce + nowMs * perSecond / 1000 + 1e-6);
      }
      const waitMs = rate.take('a', nowMs);
      if (waitMs > 0) expect(rate.take('a', nowMs + waitMs)).toBe(0);
    }));
  });

  test('one credential does not take from another, and 0 is no limit', () => {
    const rate = createRateLimit({ perSecond: 1, atOnce: 2 });
    expect([rate.take('a', 0), rate.take('a', 0), rate.take('a', 0), rate.take('b', 0)]).toEqual([0, 0, 1000, 0]);
    const off = createRateLimit({ perSecond: 0, atOnce: 1 });
    expect(Array.from({ length: 100 }, () => off.take('a', 0)).every((waitMs) => waitMs === 0)).toBe(true);
  });
});
