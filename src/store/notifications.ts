import pg from 'pg';
import type { Logger } from 'pino';
import type { Clock } from '../lib/clock.ts';

/** What to listen to and what to do. */
export interface NotificationOptions {
  readonly databaseUrl: string;
  readonly channels: readonly string[];
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
  readonly onNotification: (channel: string, payload: string) => void;
  /** Called after each (re)connection: whatever was sent before is lost. */
  readonly onConnected: () => void;
}

const retryMs = 250;

/** A connection of its own that listens, made anew for ever after each loss. Resolves once it listens for the first time. */
export async function listen(options: NotificationOptions): Promise<AsyncDisposable> {
  let closed = false;
  let client: pg.Client | undefined;
  const open = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: options.databaseUrl, application_name: 'gantry listen', keepAlive: true, keepAliveInitialDelayMillis: 5_000, connectionTimeoutMillis: 3_000 });
    next.on('error', () => undefined);
    next.on('notification', ({ channel, payload }) => options.onNotification(channel, payload ?? ''));
    try {
      await next.connect();
      await next.query(options.channels.map((channel) => `LISTEN ${channel}`).join(';'));
    } catch (error) {
      await next.end().catch(() => undefined);
      throw error;
    }
    client = next;
    next.on('end', () => void (client === next && reopen()));
    if (closed) await next.end();
    else options.onConnected();
  };
  const reopen = (error?: unknown): void => {
    client = undefined;
    if (closed) return;
    options.logger.warn({ err: error }, 'store: lost the connection that listens; connecting again');
    options.clock.after(retryMs, () => void open().catch(reopen));
  };
  await open();
  return {
    [Symbol.asyncDispose]: async () => {
      closed = true;
      await client?.end().catch(() => undefined);
    },
  };
}
