import { expect, test } from 'vitest';
import { SchedulingQueue } from '../../../src/scheduler/scheduling-queue.ts';
import { aPod } from './objects.ts';

const fit = new Set(['NodeResourcesFit'] as const);
const takeAll = (queue: SchedulingQueue, nowMs: number): string[] => {
  const names: string[] = [];
  for (let next = queue.take(nowMs); next; next = queue.take(nowMs)) names.push(next.pod.metadata.name);
  return names;
};

test('the most important comes first, of equals the oldest', () => {
  const queue = new SchedulingQueue();
  queue.set(aPod('young', { createdMs: 20 }), 0);
  queue.set(aPod('old', { createdMs: 10 }), 0);
  queue.set(aPod('vital', { createdMs: 30, priority: 5 }), 0);
  expect(takeAll(queue, 0)).toEqual(['vital', 'old', 'young']);
});

test('a refused Pod comes again after an event that concerns it and its back-off, which grows from 1 s to 10 s', () => {
  const queue = new SchedulingQueue();
  queue.set(aPod('p'), 0);
  let nowMs = 0;
  const waits: number[] = [];
  for (let i = 0; i < 6; i++) {
    expect(takeAll(queue, nowMs)).toEqual(['p']);
    queue.refuse('uid-p', fit, nowMs);
    queue.wake('pod-left-node', nowMs);
    const wait = queue.dueInMs(nowMs)!;
    expect(queue.take(nowMs + wait - 1)).toBeUndefined();
    waits.push(wait);
    nowMs += wait;
  }
  expect(waits).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
});

test('an event that concerns another rule wakes nobody; a new node wakes all', () => {
  const queue = new SchedulingQueue();
  queue.set(aPod('p'), 0);
  queue.take(0);
  queue.refuse('uid-p', fit, 0);
  queue.wake('node-labels-changed', 5000);
  expect(queue.take(5000)).toBeUndefined();
  queue.wake('node-added', 5000);
  expect(takeAll(queue, 5000)).toEqual(['p']);
});

test('a refused Pod is tried again after five minutes in any case', () => {
  const queue = new SchedulingQueue();
  queue.set(aPod('p'), 0);
  queue.take(0);
  queue.refuse('uid-p', fit, 0);
  expect(queue.dueInMs(0)).toBe(300_000);
  expect(queue.take(299_999)).toBeUndefined();
  expect(takeAll(queue, 300_000)).toEqual(['p']);
});

test('a new spec is tried at once, a new status is not', () => {
  const queue = new SchedulingQueue();
  queue.set(aPod('p'), 0);
  queue.take(0);
  queue.refuse('uid-p', fit, 0);
  queue.set({ ...aPod('p'), status: { ...aPod('p').status, conditions: [{ type: 'PodScheduled', status: 'False' }] } }, 1);
  expect(queue.take(1)).toBeUndefined();
  queue.set(aPod('p', { generation: 2 }), 0);
  expect(takeAll(queue, 1)).toEqual(['p']);
});

test('a failed binding waits out its back-off without an event; a removed Pod never comes', () => {
  const queue = new SchedulingQueue();
  queue.set(aPod('p'), 0);
  queue.set(aPod('q'), 0);
  expect(takeAll(queue, 0)).toEqual(['p', 'q']);
  queue.fail('uid-p', 0);
  queue.fail('uid-q', 0);
  queue.remove('uid-q');
  expect(queue.dueInMs(0)).toBe(1000);
  expect(takeAll(queue, 1000)).toEqual(['p']);
  expect(queue.dueInMs(1000)).toBeUndefined();
});

test('a spec that changes while its Pod is being tried is not forgotten', () => {
  const queue = new SchedulingQueue();
  queue.set(aPod('p'), 0);
  queue.take(0);
  queue.set(aPod('p', { generation: 2 }), 0);
  queue.refuse('uid-p', fit, 0);
  expect(queue.dueInMs(0)).toBe(1000);
  expect(queue.take(1000)?.pod.metadata.generation).toBe(2);
});

test('it tells how long a Pod was ready, and how long the first of all has waited', () => {
  const queue = new SchedulingQueue();
  expect(queue.longestMs(5)).toBe(0);
  queue.set(aPod('p'), 10);
  queue.set(aPod('q'), 40);
  expect(queue.take(60)?.waitedMs).toBe(50);
  queue.fail('uid-p', 60);
  expect(queue.longestMs(100)).toBe(90);
  queue.remove('uid-p');
  expect(queue.longestMs(100)).toBe(60);
  queue.set(aPod('p'), 200);
  queue.take(200);
  queue.fail('uid-q', 200);
  expect(queue.take(1300)?.waitedMs).toBe(1100);
});
