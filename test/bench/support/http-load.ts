import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { entryCommand } from '../../../src/lib/entry-command.ts';
import type { Measured } from './measure.ts';

/** What a load asks for. */
export interface Load {
  readonly url: string;
  readonly token?: string | undefined;
  readonly connections: number;
  readonly forMs: number;
  /** The body of a request as JSON text; `@@` becomes a text that no other request of the load has. */
  readonly body: string;
}

/** Sends one load from a process of its own, as clients would. Rejects when an answer is not 200 or carries errors. */
export async function httpLoad(load: Load): Promise<Measured> {
  const [program, ...args] = entryCommand('test/bench/support/http-load-client.ts', []);
  const client = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => { client.once('close', resolve); });
  client.stdin.end(JSON.stringify(load));
  let measured: Measured | undefined;
  for await (const line of createInterface({ input: client.stdout })) measured = JSON.parse(line) as Measured;
  if (!measured) throw new Error(`the load's client ended with ${await ended}`);
  return measured;
}
