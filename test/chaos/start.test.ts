import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';
import { entryCommand } from '../../src/lib/entry-command.ts';
import { eventually } from './campaign/eventually.ts';
import { startCluster } from './cluster/start-cluster.ts';

const [program, ...args] = entryCommand('src/main/server.ts', []);

test('a server that is started while PostgreSQL is away says what it waits for, and serves when it is back', async () => {
  await using cluster = await startCluster({ servers: 1, leaseMs: 3_000 });
  const server = cluster.servers[0]!;
  await server.kill();
  await cluster.database.kill();
  const started = server.start();
  await eventually('it says what it waits for', 30_000, () => /waiting for PostgreSQL at 127\.0\.0\.1:\d+.*does not answer/.test(server.log) || undefined);
  expect(server.isAlive).toBe(true);
  expect(server.log).not.toMatch(/\n\s+at |gantry:[0-9a-f]{10}/);
  await cluster.database.start();
  await started;
  if (!server.answers) throw new Error(server.log);
});

test('a second server in a state folder that is in use ends with a clear message', async () => {
  await using cluster = await startCluster({ servers: 1, leaseMs: 3_000 });
  const env = { ...process.env, VITEST: undefined, DATABASE_URL: cluster.database.url, GANTRY_STATE: path.join(cluster.folder, 'server-0'), GANTRY_PORT: '0', NODE_ENV: 'production' };
  const second = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  second.stdout.setEncoding('utf8').on('data', (part: string) => { text += part; });
  const [code] = await once(second, 'close') as [number];
  expect(code).toBe(1);
  expect(text).toMatch(/did not start: Gantry already runs here as process \d+/);
  expect(text.trim().split('\n')).toHaveLength(1);
  expect(cluster.servers[0]!.isAlive).toBe(true);
});

test('a wrong password is said at once, without showing it', async () => {
  await using cluster = await startCluster({ servers: 1, leaseMs: 3_000 });
  const url = cluster.database.url.replace(/:[^:@/]+@/, ':not-the-password@');
  const env = { ...process.env, VITEST: undefined, DATABASE_URL: url, GANTRY_STATE: path.join(cluster.folder, 'other'), GANTRY_PORT: '0', NODE_ENV: 'production' };
  const second = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  second.stdout.setEncoding('utf8').on('data', (part: string) => { text += part; });
  expect((await once(second, 'close') as [number])[0]).toBe(1);
  expect(text).toMatch(/lets nobody in: .*password authentication failed/);
  expect(text).not.toContain('not-the-password');
});
