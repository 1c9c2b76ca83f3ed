import { expect, test } from 'vitest';
import { createEventRecorder } from '../../../src/control/event-recorder.ts';
import type { SeenEvent } from '../../../src/control/event-recorder.ts';
import type { RequestedChange } from '../../../src/registry/registry.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { SimulatedCluster } from '../../support/simulated-cluster.ts';
import { soon } from '../../support/soon.ts';

function recorder(refuses: (changes: readonly RequestedChange[]) => boolean = () => false) {
  const cluster = new SimulatedCluster();
  const clock = manualClock();
  const commits: number[] = [];
  const registry = {
    commit: async (changes: readonly RequestedChange[]) => {
      if (refuses(changes)) throw new Error('refused');
      commits.push(changes.length);
      cluster.apply(changes);
      return { outcomes: [], revision: undefined };
    },
    applyManifests: () => Promise.reject(new Error('not used')),
  };
  const events = createEventRecorder({ registry, store: { snapshot: () => cluster.snapshot }, clock });
  return { cluster, clock, commits, events };
}

const event = (name: string, message = 'Created 1 pod', namespace = 'default'): SeenEvent => ({ object: { kind: 'ReplicaSet', namespace, name }, reason: 'SuccessfulCreate', message, type: 'Normal', component: 'replica-set' });

test('equal events are one object with a count, also later; others stand apart; a burst is one commit', async () => {
  const { cluster, clock, commits, events } = recorder();
  for (let times = 0; times < 3; times += 1) events.record(event('web'));
  events.record(event('web', 'Created 2 pods'));
  clock.advance(100);
  await soon(() => expect(cluster.snapshot.list('Event')).toHaveLength(2));
  clock.advance(5000);
  events.record(event('web'));
  await events.flush();
  expect(commits).toEqual([2, 1]);
  const counted = cluster.snapshot.list('Event').find((one) => one.message === 'Created 1 pod');
  expect(counted).toMatchObject({ count: 4, source: { component: 'replica-set' }, firstTimestamp: '2030-01-01T00:00:00.000Z', lastTimestamp: '2030-01-01T00:00:05.100Z' });
  expect(counted?.metadata.name).toMatch(/^web\.[0-9a-f]{16}$/);
});

test('an event that is refused is dropped, alone and silently', async () => {
  const { cluster, events } = recorder((changes) => changes.some((change) => change.verb === 'create' && change.kind === 'Event' && change.input.metadata?.namespace === 'going'));
  events.record(event('web'));
  events.record(event('web', 'Created 1 pod', 'going'));
  events.record(event('other'));
  await events.flush();
  expect(cluster.snapshot.list('Event').map((one) => one.involvedObject.name).toSorted()).toEqual(['other', 'web']);
});

test('an event whose object has expired starts anew', async () => {
  const { cluster, events } = recorder();
  events.record(event('web'));
  await events.flush();
  const [first] = cluster.snapshot.list('Event');
  cluster.apply([{ verb: 'delete', kind: 'Event', target: { name: first?.metadata.name ?? '' } }]);
  events.record(event('web'));
  await events.flush();
  expect(cluster.snapshot.list('Event')).toMatchObject([{ count: 1 }]);
});
