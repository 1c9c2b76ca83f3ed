import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

interface ProgressLine {
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/**
 * Waits for the end of what an engine says while it pulls or loads an image; fails with its words where one line tells of an error, which an engine does only
 * after it has answered that all is well.
 */
export async function followProgress(stream: Readable): Promise<void> {
  let problem: string | undefined;
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    if (line === '') continue;
    const { error, errorDetail } = JSON.parse(line) as ProgressLine;
    problem ??= errorDetail?.message ?? error;
  }
  if (problem !== undefined) throw new Error(problem);
}
