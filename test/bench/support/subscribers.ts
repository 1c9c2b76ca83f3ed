import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { entryCommand } from '../../../src/lib/entry-command.ts';
import type { Measured } from './measure.ts';

/** Who subscribes to what. */
export interface Subscribers {
  readonly url: string;
  readonly token: string;
  readonly count: number;
  readonly query: string;
  /** How many changes each of them is to get; one that carries `"at":"<milliseconds since 1970>"` counts. */
  readonly changes: number;
}

/** Subscribers in a process of their own, once each of them has seen its BOOKMARK. */
export interface StartedSubscribers {
  /** What was delivered, with the time from `at` to its arrival; resolves when all is there, or when nothing more came for ten seconds. */
  readonly result: Promise<Measured & { readonly delivered: number }>;
}

/** Starts them. */
export async function startSubscribers(subscribers: Subscribers): Promise<StartedSubscribers> {
  const [program, ...args] = entryCommand('test/bench/support/subscribers-client.ts', []);
  const client = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  client.stdin.end(JSON.stringify(subscribers));
  const lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the subscribers ended');
    return value;
  };
  await next();
  return { result: next().then((line) => JSON.parse(line) as Measured & { delivered: number }) };
}
