import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createPodEvents } from '../../../../agent/node/pod-events.ts';
import type { EventInputMessage } from '../../../../src/client/client.ts';
import { ApiError } from '../../../../src/model/errors.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { aPod } from '../../scheduler/objects.ts';

const logger = pino({ level: 'silent' });
/** Lets everything run that waits for nothing but earlier promises. */
const settle = () => new Promise<void>((resolve) => { setImmediate(resolve); });
const messages = (batches: readonly (readonly EventInputMessage[])[]) => batches.map((batch) => batch.map(({ message }) => message));

/** A server that notes what it gets, and is away when told so. */
function aServer() {
  const got: (readonly EventInputMessage[])[] = [], asked: number[] = [];
  let failure: ApiError | undefined;
  return {
    got, asked,
    fail: (error?: ApiError) => { failure = error; },
    recordEvents: async (events: readonly EventInputMessage[]) => {
      asked.push(events.length);
      if (failure) throw failure;
      got.push(events);
    },
  };
}
const away = new ApiError('UNAVAILABLE', 'away');

test('events of 100 ms go together, and 100 at once do not wait for more', async () => {
  const server = aServer(), clock = manualClock();
  const events = createPodEvents({ client: server, nodeName: 'n1', clock, logger });
  events.record(aPod('a'), 'Normal', 'Pulled', 'one', 'main');
  events.record(aPod('a'), 'Warning', 'BackOff', 'two');
  await settle();
  expect(server.got).toEqual([]);
  clock.advance(100);
  await settle();
  expect(messages(server.got)).toEqual([['one', 'two']]);
  expect(server.got[0]?.[0]).toMatchObject({ involvedObject: { kind: 'Pod', namespace: 'default', name: 'a', uid: 'uid-a', fieldPath: 'spec.containers{main}' }, component: 'kubelet', host: 'n1', reason: 'Pulled' });
  for (let i = 0; i < 250; i++) events.record(aPod('a'), 'Normal', 'Pulled', String(i));
  await settle();
  expect(server.got.slice(1).flat().map(({ message }) => message)).toEqual(Array.from({ length: 250 }, (_, i) => String(i)));
  expect(Math.max(...server.asked)).toBe(100);
});

test('while the server is away events wait, the oldest of too many are dropped, and then all go in order', async () => {
  const server = aServer(), clock = manualClock();
  const events = createPodEvents({ client: server, nodeName: 'n1', clock, logger });
  server.fail(away);
  for (let i = 0; i < 2100; i++) events.record(aPod('a'), 'Normal', 'Pulled', String(i));
  await settle();
  expect(server.asked).toHaveLength(1);
  server.fail();
  clock.advance(1000);
  await settle();
  expect(messages(server.got).flat()).toEqual(Array.from({ length: 2000 }, (_, i) => String(i + 100)));
});

test('what the server refuses is not sent again, and keeps nothing back', async () => {
  const server = aServer(), clock = manualClock();
  const events = createPodEvents({ client: server, nodeName: 'n1', clock, logger });
  server.fail(new ApiError('FORBIDDEN', 'no'));
  events.record(aPod('a'), 'Normal', 'Pulled', 'refused');
  clock.advance(100);
  await settle();
  server.fail();
  events.record(aPod('a'), 'Normal', 'Pulled', 'taken');
  clock.advance(100);
  await settle();
  expect(messages(server.got)).toEqual([['taken']]);
});

test('an orderly end loses nothing, however events and time came before it', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.oneof(fc.constant('record' as const), fc.constant('away' as const), fc.constant('back' as const), fc.nat(1500)), { maxLength: 60 }), async (steps) => {
    const server = aServer(), clock = manualClock();
    const events = createPodEvents({ client: server, nodeName: 'n1', clock, logger });
    let recorded = 0;
    for (const step of steps) {
      if (step === 'record') events.record(aPod('a'), 'Normal', 'Pulled', String(recorded++));
      else if (step === 'away') server.fail(away);
      else if (step === 'back') server.fail();
      else { clock.advance(step); await settle(); }
    }
    server.fail();
    await events[Symbol.asyncDispose]();
    expect(messages(server.got).flat()).toEqual(Array.from({ length: recorded }, (_, i) => String(i)));
  }), { numRuns: 50 });
});
