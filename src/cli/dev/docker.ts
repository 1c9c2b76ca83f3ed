import { createReadStream, createWriteStream } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { CommandFailure } from '../command.ts';

const silentMs = 120_000;

/** An image with its names. */
export interface ImageLine {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
}

/** Whether a Docker Engine answers. */
export function answers(socket: string): Promise<boolean> {
  return call(socket, 'GET', '/_ping').then((body) => body === 'OK', () => false);
}

/** An engine's images. */
export async function images(socket: string): Promise<readonly ImageLine[]> {
  return JSON.parse(await call(socket, 'GET', '/images/json')) as ImageLine[];
}

/** Removes every container of an engine, one at a time. */
export async function removeContainers(socket: string): Promise<void> {
  const list = JSON.parse(await call(socket, 'GET', '/containers/json?all=1')) as readonly { readonly Id: string }[];
  for (const { Id } of list) await call(socket, 'DELETE', `/containers/${Id}?force=1&v=1`);
}

/** Writes images into one archive. */
export async function saveImages(socket: string, names: readonly string[], file: string): Promise<void> {
  await pipeline(await open(socket, 'GET', `/images/get?${names.map((name) => `names=${encodeURIComponent(name)}`).join('&')}`), createWriteStream(file, { mode: 0o600 }));
}

/** Loads an archive of images. */
export async function loadImages(socket: string, file: string): Promise<void> {
  const answer = await text(await open(socket, 'POST', '/images/load?quiet=1', file));
  if (answer.includes('"errorDetail"')) throw new CommandFailure(`the Docker Engine at ${socket} did not take the images: ${answer.trim()}`);
}

async function call(socket: string, method: string, path: string): Promise<string> {
  return text(await open(socket, method, path));
}

/** The answer's body, with `file` as the request's. */
function open(socketPath: string, method: string, path: string, file?: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method, path, timeout: silentMs, headers: file === undefined ? {} : { 'content-type': 'application/x-tar' } }, (answer) => {
      if ((answer.statusCode ?? 500) < 400) resolve(answer);
      else void text(answer).then((body) => reject(new CommandFailure(`Docker refuses ${method} ${path}: ${body.trim()}`)), reject);
    });
    outgoing.on('error', reject).on('timeout', () => outgoing.destroy(new Error(`the Docker Engine at ${socketPath} does not answer`)));
    if (file === undefined) outgoing.end();
    else pipeline(createReadStream(file), outgoing).catch(reject);
  });
}
