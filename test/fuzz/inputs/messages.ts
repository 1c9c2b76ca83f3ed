import * as fc from 'fast-check';
import { damagedText, damagedValue, oddValue } from './damage.ts';
import { fuzzDocument } from './documents.ts';
import { tokenMark } from './fuzz-input.ts';
import type { FuzzInput } from './fuzz-input.ts';

const init = JSON.stringify({ type: 'connection_init', payload: { Authorization: `Bearer ${tokenMark}` } });

const ordinary: readonly unknown[] = [
  { type: 'ping' }, { type: 'pong', payload: { a: 1 } }, { type: 'complete', id: '1' }, { type: 'connection_init', payload: { Authorization: 'Bearer x' } },
  { type: 'subscribe', id: '1', payload: { query: '{ revision }' } }, { type: 'subscribe', id: '__proto__', payload: { query: 'subscription { pods { type } }' } },
  { type: 'subscribe', id: '2', payload: { query: 'query($n: Int) { pods(first: $n) { totalCount } }', variables: { n: 1 }, operationName: null, extensions: {} } },
];

const message = fc.oneof(
  fc.constantFrom(...ordinary).map((value) => JSON.stringify(value)),
  fc.constantFrom(...ordinary).chain(damagedValue).map((value) => JSON.stringify(value) ?? 'undefined'),
  fc.constantFrom(...ordinary).chain((value) => damagedText(JSON.stringify(value), fc.string({ unit: 'binary', maxLength: 6 }))),
  fuzzDocument.map((query) => JSON.stringify({ type: 'subscribe', id: '3', payload: { query } })),
  fc.record({ type: fc.constantFrom('next', 'error', 'connection_ack', 'start', 'stop', 'connection_terminate'), id: oddValue, payload: oddValue }).map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.uint8Array({ maxLength: 20 }),
);

/** What goes over a WebSocket: mostly after a good beginning, sometimes from the first message on. */
export const fuzzMessages: fc.Arbitrary<FuzzInput> = fc.tuple(fc.array(message, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 5 }))
  .map(([messages, beginning]) => ({ via: 'websocket', messages: beginning > 0 ? [init, ...messages] : messages }));
