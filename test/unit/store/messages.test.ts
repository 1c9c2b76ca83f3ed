import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePart, splitMessage } from '../../../src/store/messages.ts';

test('a text in parts is the text again, and each part fits into a notification', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 20_000, size: 'max' }), (text) => {
    const notifications = splitMessage('server', 'id', text || ' ');
    for (const each of notifications) expect(Buffer.byteLength(each)).toBeLessThan(8_000);
    expect(notifications.map((each) => parsePart(each)?.text).join('')).toBe(text || ' ');
  }), { numRuns: 30 });
});

test('anything else is no part', () => {
  for (const text of ['', 'a b c', 'server id 1/x text']) expect(parsePart(text)).toBeUndefined();
});
