import { expect, test } from 'vitest';
import { memo } from '../../../src/lib/memo.ts';

test('a result is made once, kept for as many texts as allowed, and undefined is a result too', () => {
  const made: string[] = [];
  const length = memo(2, (text: string) => {
    made.push(text);
    return text === '' ? undefined : text.length;
  });
  expect(['a', 'bb', 'a', 'bb', 'ccc', 'bb', 'a'].map(length)).toEqual([1, 2, 1, 2, 3, 2, 1]);
  expect(made).toEqual(['a', 'bb', 'ccc', 'a']);
  expect([length(''), length('')]).toEqual([undefined, undefined]);
  expect(made.filter((text) => text === '')).toHaveLength(1);
});

test('objects are told apart by which they are', () => {
  let made = 0;
  const number = memo<object, number>(2, () => ++made);
  const [one, other] = [{}, {}];
  expect([one, other, one, {}, other].map(number)).toEqual([1, 2, 1, 3, 2]);
});
