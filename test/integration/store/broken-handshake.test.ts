import { once } from 'node:events';
import { connect as connectTo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { isConnectionLoss } from '../../../src/store/connection.ts';
import { DatabaseLocator } from '../../../src/store/database-locator.ts';
import { Lane } from '../../../src/store/lane.ts';
import { freshDatabase } from '../../support/postgres.ts';
import { soon } from '../../support/soon.ts';

test('a lane outlasts connections that end in the middle of logging in', async () => {
  const { url, drop } = await freshDatabase();
  const target = new URL(url);
  let breaking = true, broken = 0;
  const server = createServer((client) => {
    const upstream = connectTo(Number(target.port), target.hostname);
    const end = (): void => { client.destroy(); upstream.destroy(); };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => {
      // 'R' with code 11: the server's half of SCRAM, to which the client computes its answer for some milliseconds.
      if (breaking && chunk[0] === 82 && chunk.readInt32BE(5) === 11) {
        broken++;
        client.write(chunk, () => client.destroy());
        return void upstream.destroy();
      }
      client.write(chunk);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.port = String((server.address() as { port: number }).port);
  const lane = new Lane(new DatabaseLocator(through.href), systemClock);
  const ask = async (): Promise<unknown> => lane.ask((sql) => sql`SELECT 1 AS one`).catch((error: unknown) => { if (isConnectionLoss(error)) return ask(); throw error; });
  const answer = ask();
  answer.catch(() => undefined);
  await soon(() => expect(broken).toBeGreaterThan(10));
  breaking = false;
  expect(await answer).toEqual([{ one: 1 }]);
  await lane.close();
  server.close();
  await drop();
});
