import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../src/api/lists/cursor.ts';
import { createOrder } from '../../../src/api/lists/order.ts';
import { cutPage } from '../../../src/api/lists/page.ts';
import { compileWhere } from '../../../src/api/lists/where.ts';
import { kindFacts } from '../../../src/model/object.ts';
import type { StoredObject } from '../../../src/model/object.ts';

const object = (namespace: string, name: string, nodeName: string | undefined): StoredObject => ({
  apiVersion: 'v1', kind: 'Pod', spec: { nodeName },
  metadata: { uid: `${namespace}/${name}`, name, namespace, labels: {}, annotations: {}, creationTimestamp: '', finalizers: [], ownerReferences: [], resourceVersion: '1', generation: 1, managedFields: [] },
});
const objects = fc.uniqueArray(fc.record({ namespace: fc.constantFrom('a', 'b', 'B', 'a-b'), name: fc.string({ minLength: 1, maxLength: 3 }), nodeName: fc.option(fc.constantFrom('n1', 'n2'), { nil: undefined }) }), { selector: (o) => `${o.namespace}/${o.name}`, maxLength: 30 })
  .map((all) => all.map(({ namespace, name, nodeName }) => object(namespace, name, nodeName)));
const steps = fc.subarray([{ field: 'NODE_NAME', direction: 'DESC' as const }, { field: 'NAME', direction: 'DESC' as const }, { field: 'NAMESPACE' }]);

test('pages, forwards and backwards, hold every object once and in order, whatever the order and the size', () => {
  fc.assert(fc.property(objects, steps, fc.integer({ min: 1, max: 7 }), (all, orderBy, size) => {
    const order = createOrder(kindFacts.Pod.filters, orderBy);
    const sorted = [...all].sort(order.compare);
    const forwards: StoredObject[] = [], backwards: StoredObject[] = [];
    for (let cursor: string | undefined; ;) {
      const page = cutPage(sorted, order, 7, { first: size }, cursor === undefined ? undefined : decodeCursor(cursor, order.text, 'after'), undefined);
      forwards.push(...page.nodes);
      expect(page.remainingItemCount).toBe(sorted.length - forwards.length);
      if (!page.pageInfo.hasNextPage) break;
      cursor = page.pageInfo.endCursor;
    }
    for (let cursor: string | undefined; ;) {
      const page = cutPage(sorted, order, 7, { last: size }, undefined, cursor === undefined ? undefined : decodeCursor(cursor, order.text, 'before'));
      backwards.unshift(...page.nodes);
      if (!page.pageInfo.hasPreviousPage) break;
      cursor = page.pageInfo.startCursor;
    }
    expect(forwards).toEqual(sorted);
    expect(backwards).toEqual(sorted);
  }));
});

test('a cursor is read back as written, and no other text is taken for one', () => {
  fc.assert(fc.property(fc.option(fc.integer({ min: 1 }), { nil: undefined }), fc.string(), fc.string(), (revision, namespace, name) => {
    const position = { revision, order: 'spec.nodeName', key: [null, namespace, name] };
    expect(decodeCursor(encodeCursor(position), position.order, 'after')).toEqual(position);
    expect(() => decodeCursor(encodeCursor(position), '', 'after')).toThrow('another order');
  }));
  fc.assert(fc.property(fc.string(), (text) => { expect(() => decodeCursor(text, '', 'after')).toThrow(/cursor/); }));
});

test('where: every comparison, and not and or, mean what they say', () => {
  const value = fc.constantFrom('', 'n1', 'n2', 'n');
  const filter = fc.record({ eq: value, ne: value, in: fc.array(value), notIn: fc.array(value), startsWith: value, contains: value }, { requiredKeys: [] });
  fc.assert(fc.property(filter, fc.option(fc.constantFrom('n1', 'n2'), { nil: undefined }), (nodeName, actual) => {
    const text = actual ?? '';
    const expected = (nodeName.eq === undefined || text === nodeName.eq) && (nodeName.ne === undefined || text !== nodeName.ne) && (nodeName.in?.includes(text) ?? true)
      && !(nodeName.notIn?.includes(text) ?? false) && text.startsWith(nodeName.startsWith ?? '') && text.includes(nodeName.contains ?? '');
    const matches = (where: object) => compileWhere(kindFacts.Pod.filters, { ...where })(object('a', 'x', actual));
    expect(matches({ nodeName })).toBe(expected);
    expect(matches({ not: { nodeName } })).toBe(!expected);
    expect(matches({ or: [{ nodeName }, { name: { eq: 'other' } }] })).toBe(expected);
    expect(matches({ nodeName, name: { eq: 'other' } })).toBe(false);
  }));
});
