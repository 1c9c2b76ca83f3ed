import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogLines } from '../../../src/api/node-requests/log-lines.ts';
import { seenThrough } from '../../../src/api/watch/watch-event.ts';
import { SubscriptionQueue } from '../../../src/api/watch/subscription-queue.ts';
import type { StoredObject } from '../../../src/model/object.ts';
import type { Change } from '../../../src/store/store.ts';

const labelled = (value: string, revision: number): StoredObject => ({
  apiVersion: 'v1', kind: 'Pod',
  metadata: { uid: 'u', name: 'p', namespace: 'd', labels: { v: value }, annotations: {}, creationTimestamp: '', finalizers: [], ownerReferences: [], resourceVersion: String(revision), generation: 1, managedFields: [] },
});

test('who sees only what matches knows at every moment exactly what matches', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom('yes', 'no', 'gone'), { maxLength: 20 }), (states) => {
    let previous: StoredObject | undefined, known: string | undefined;
    states.forEach((state, i) => {
      const revision = i + 1;
      if (state === 'gone' && !previous) return;
      const object = state === 'gone' ? previous as StoredObject : labelled(state, revision);
      const change: Change = { revision, type: state === 'gone' ? 'DELETED' : previous ? 'MODIFIED' : 'ADDED', object, ...(previous ? { previous } : {}) };
      const event = seenThrough((o) => o.metadata.labels['v'] === 'yes', change, { type: change.type, revision, object });
      if (event?.type === 'ADDED') expect(known).toBeUndefined();
      if (event && event.type !== 'ADDED') expect(known).toBeDefined();
      if (event) known = event.type === 'DELETED' ? undefined : event.object?.metadata.resourceVersion;
      previous = state === 'gone' ? undefined : object;
      expect(known).toBe(previous && state === 'yes' ? String(revision) : undefined);
    });
  }));
});

test('lines are the same however the text is cut into parts', () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replace(/[\r\n]/g, '')), { minLength: 1 }), fc.array(fc.integer({ min: 0, max: 200 })), fc.boolean(), (lines, cuts, ended) => {
    const bytes = Buffer.from(lines.join('\n') + (ended ? '\n' : ''));
    const at = [...cuts.filter((cut) => cut < bytes.length), 0, bytes.length].sort((one, other) => one - other);
    const cutter = new LogLines();
    const got = at.slice(1).flatMap((end, i) => cutter.push(bytes.subarray(at[i], end)));
    got.push(...cutter.end());
    const expected = ended ? lines : lines.at(-1) === '' ? lines.slice(0, -1) : lines;
    expect(got).toEqual(expected);
  }));
});

describe('a queue of a subscriber', () => {
  const open = (limit = 3, held = false) => {
    const ends: string[] = [];
    return { ends, queue: new SubscriptionQueue<number>({ limit, held, onEnd: (reason) => ends.push(reason) }) };
  };

  test('gives the initial sequence first, then what was pushed meanwhile', async () => {
    const { queue } = open(3, true);
    queue.push(3);
    const first = queue.next();
    queue.begin([1, 2]);
    queue.push(4);
    expect([await first, await queue.next(), await queue.next(), await queue.next()].map((result) => result.value)).toEqual([1, 2, 3, 4]);
  });

  test('cuts off who reads too slowly, with a reason', async () => {
    const { queue, ends } = open();
    for (let i = 0; i < 4; i += 1) queue.push(i);
    expect(ends).toEqual(['too slow']);
    await expect(queue.next()).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('afterRevision') });
    expect(await queue.next()).toEqual({ done: true, value: undefined });
  });

  test('ends at once, even while it is waited for; finishing gives what waits first', async () => {
    const { queue, ends } = open();
    const waiting = queue.next();
    await queue.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(ends).toEqual(['stopped']);
    const other = open();
    other.queue.push(1);
    other.queue.finish();
    other.queue.push(2);
    expect([await other.queue.next(), await other.queue.next()]).toEqual([{ done: false, value: 1 }, { done: true, value: undefined }]);
    expect(other.ends).toEqual(['stopped']);
  });
});
