import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NotificationFilter } from './notification-filter.ts';

const message = (type: string, content: string): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(4 + content.length, 1);
  return Buffer.concat([head, Buffer.from(content)]);
};

test('drops notifications and nothing else, however the stream is cut', () => {
  const messages = fc.array(fc.record({ type: fc.constantFrom('A', 'D', 'Z', 'C'), content: fc.stringMatching(/^[a-z]{0,12}$/) }));
  fc.assert(fc.property(messages, fc.integer({ min: 1, max: 9 }), fc.boolean(), (sent, size, drops) => {
    const stream = Buffer.concat(sent.map(({ type, content }) => message(type, content)));
    const filter = new NotificationFilter(() => drops);
    const passed: Buffer[] = [];
    for (let at = 0; at < stream.length; at += size) passed.push(...filter.pass(stream.subarray(at, at + size)));
    const wanted = sent.filter(({ type }) => !drops || type !== 'A').map(({ type, content }) => message(type, content));
    expect(Buffer.concat(passed)).toEqual(Buffer.concat(wanted));
  }));
});
