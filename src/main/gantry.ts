// The `gantry` command: reads the surroundings, and leaves the rest to src/cli.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import pino from 'pino';
import { buildHelloImage } from '../../examples/images/build-hello.mjs';
import { commands } from '../cli/commands/index.ts';
import { CommandFailure } from '../cli/command.ts';
import { runCommand } from '../cli/run-command.ts';
import type { Client } from '../client/client.ts';
import { createClient } from '../client/create-client.ts';

const stateFolder = path.resolve(process.env['GANTRY_STATE'] || '.gantry');
const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => abort.abort());
process.stdout.on('error', () => process.exit(0)); // the reader of a pipe went away

async function readToken(): Promise<string> {
  const given = process.env['GANTRY_TOKEN'];
  if (given) return given;
  const file = path.join(stateFolder, 'admin.token');
  const found = await readFile(file, 'utf8').catch(() => undefined);
  if (found === undefined) throw new CommandFailure(`there is no token: ${file} cannot be read (npm start makes it), and GANTRY_TOKEN is not set`);
  return found.trim();
}

function apiUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new CommandFailure(`--server is a URL such as http://127.0.0.1:7480, not ${given}`);
  if (url.pathname === '/') url.pathname = '/graphql';
  return url.href;
}

process.exitCode = await runCommand(process.argv.slice(2), commands, (given) => {
  const server = apiUrl(given ?? (process.env['GANTRY_SERVER'] || `http://127.0.0.1:${process.env['GANTRY_PORT'] || '7480'}`));
  let client: Promise<Client> | undefined;
  return {
    server, stateFolder, signal: abort.signal,
    dockerSocket: (process.env['DOCKER_HOST'] || 'unix:///var/run/docker.sock').replace(/^unix:\/\//, ''),
    print: (shown) => void process.stdout.write(shown),
    client: () => (client ??= readToken().then((token) => createClient({ url: server, token, logger: pino({ level: 'silent' }) }))),
    makeHelloImages: buildHelloImage,
    readInput: () => text(process.stdin),
    now: Date.now,
    async [Symbol.asyncDispose]() {
      await (await client?.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}, (shown) => void process.stdout.write(shown), (shown) => void process.stderr.write(shown));
