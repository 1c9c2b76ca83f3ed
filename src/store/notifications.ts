import type pg from 'pg';
import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';
import { answeringClients } from './answering-client.ts';
import type { DatabaseLocator } from './database-locator.ts';

/** What to listen to and what to do. */
export interface NotificationOptions {
  readonly locator: DatabaseLocator;
  readonly channels: readonly string[];
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
  readonly onNotification: (channel: string, payload: string) => void;
  /** Called after each (re)connection: whatever was sent before is lost. */
  readonly onConnected: () => void;
  /** Who only listens would never notice that the other end is gone: it asks something this often, and is answered within this time or connects again. */
  readonly askEveryMs: number;
}

const retryMs = 250;

/** A connection of its own that listens, made anew for ever after each loss or silence. Resolves once it listens for the first time. */
export async function listen(options: NotificationOptions): Promise<AsyncDisposable> {
  const { clock, logger, channels, onNotification, onConnected, askEveryMs } = options;
  const ListeningClient = answeringClients(options.locator, askEveryMs);
  let closed = false;
  let client: pg.Client | undefined;
  const open = async (): Promise<void> => {
    const next = new ListeningClient({ application_name: 'gantry listen' });
    next.on('notification', ({ channel, payload }) => onNotification(channel, payload ?? ''));
    try {
      await next.connect();
      await next.query(channels.map((channel) => `LISTEN ${channel}`).join(';'));
    } catch (error) {
      await next.end().catch(() => undefined);
      throw error;
    }
    client = next;
    next.on('end', () => void (client === next && reopen()));
    if (closed) return void await next.end();
    keepAsking(next);
    onConnected();
  };
  const keepAsking = (asked: pg.Client): void => void clock.after(askEveryMs, () => {
    if (client === asked && !closed) asked.query('SELECT 1').then(() => keepAsking(asked), () => undefined);
  });
  const reopen = (error?: unknown): void => {
    client = undefined;
    if (closed) return;
    logger.warn({ err: error }, 'store: lost the connection that listens; connecting again');
    clock.after(retryMs, () => void open().catch(reopen));
  };
  await open();
  return {
    [Symbol.asyncDispose]: async () => {
      closed = true;
      await client?.end().catch(() => undefined);
    },
  };
}
