import { openSync } from 'node:fs';
import pino from 'pino';
import type { DestinationStream } from 'pino';
import { requestMessage } from '../api/request-log.ts';

/** How long the line of a request waits for others, and how many characters wait at most. */
const waitMs = 50, mostWaiting = 65_536;

/** Where a process's log goes. pino calls `flushSync` after a fatal line. */
export interface LogDestination extends DestinationStream {
  /** Writes what waits before it returns. */
  flushSync(): void;
}

/**
 * A log in a file, or in an open one by its number (1 is standard output). Throws where the file cannot be opened. Lines of requests are gathered and written together, soon; any other line is written at once,
 * after those that wait. What waits is written when the process ends, by `process.exit` and by an error that nobody caught too; only where it is killed outright
 * are the last lines of requests missing.
 */
export function openLog(dest: string | number): LogDestination {
  // A file may stall on a busy disk, so threads beside ours write to it. Who reads our output gets whole lines in order, also from a process that ends.
  const sink = typeof dest === 'string' ? pino.destination({ dest: openSync(dest, 'a', 0o600), sync: false, maxWrite: mostWaiting }) : pino.destination({ dest, sync: true });
  let waiting = '', timer: NodeJS.Timeout | undefined;
  const handOver = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting === '') return;
    const text = waiting;
    waiting = '';
    sink.write(text);
  };
  const flushSync = (): void => {
    handOver();
    sink.flushSync();
  };
  process.once('exit', flushSync);
  const log = {
    // pino then tells of each line what it says.
    [Symbol.for('pino.metadata')]: true,
    lastMsg: undefined as string | undefined,
    write(line: string): void {
      waiting += line;
      if (log.lastMsg !== requestMessage || waiting.length >= mostWaiting) handOver();
      else timer ??= setTimeout(handOver, waitMs).unref();
    },
    flushSync,
  };
  return log;
}
