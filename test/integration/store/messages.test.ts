import { expect, test } from 'vitest';
import { database, open } from './support.ts';
import { soon } from '../../support/soon.ts';

test('a message of any size and content reaches the subscribers of its topic on every server, once', async () => {
  const url = await database();
  const [one, two] = [(await open(url)).messages, (await open(url)).messages];
  const heard: string[][] = [[], [], []];
  one.subscribe('logs', (payload) => heard[0]!.push(payload));
  const stop = two.subscribe('logs', (payload) => heard[1]!.push(payload));
  two.subscribe('other', (payload) => heard[2]!.push(payload));
  const payloads = ['', 'short', '\u0000\ud83d', '😀'.repeat(20_000), JSON.stringify({ text: '"\\\n'.repeat(5_000) })];
  for (const payload of payloads) await one.publish('logs', payload);
  await soon(() => expect(heard.slice(0, 2)).toEqual([payloads, payloads]));
  stop();
  await one.publish('logs', 'unheard');
  await one.publish('other', 'last');
  await soon(() => expect(heard[2]).toEqual(['last']));
  expect(heard[1]).toHaveLength(payloads.length);
});
