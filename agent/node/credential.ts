import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { wait } from '../../src/lib/wait.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { ApiError } from '../../src/model/errors.ts';
import type { Client } from '../../src/client/client.ts';

/** What makes a node itself: its own token, and the cluster it belongs to. */
export interface NodeCredential {
  readonly token: string;
  readonly clusterID: string;
  /** When this node got it, and when it ends. Undefined: it was written down by a version that knew no end. */
  readonly issued?: {
    readonly id: string;
    readonly atMs: number;
    readonly expiresAtMs: number;
    /** Whether its predecessors have ended. */
    readonly isConfirmed: boolean;
  } | undefined;
}

/** How a node gets in. */
export interface JoinOptions {
  readonly nodeName: string;
  /** Folder of this node; only its owner can read it. */
  readonly folder: string;
  readonly joinTokenFile: string | undefined;
  /** A client under a token. */
  readonly connect: (token: string) => Pick<Client, 'joinNode' | 'renewNodeLease'> & AsyncDisposable;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const retryMs = 1000;
const credentialFile = (folder: string): string => path.join(folder, 'credential.json');

/** The credential that was written down before, if any. */
export async function readCredential(folder: string): Promise<NodeCredential | undefined> {
  const text = await readFile(credentialFile(folder), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { token, clusterID, issued } = JSON.parse(text) as Partial<NodeCredential>;
  return token && clusterID ? { token, clusterID, ...(issued && { issued }) } : undefined;
}

/** Writes it down, whole or not at all; readable by its owner only. */
export async function writeCredential(folder: string, credential: NodeCredential): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(`${credentialFile(folder)}.new`, JSON.stringify(credential), { mode: 0o600 });
  await rename(`${credentialFile(folder)}.new`, credentialFile(folder));
}

/** Whether the server no longer knows this credential. When the server can't be reached it is taken to be good: Pods must go on. */
async function isRefused(credential: NodeCredential, { connect, nodeName, signal }: JoinOptions): Promise<boolean> {
  await using client = connect(credential.token);
  try {
    await client.renewNodeLease(nodeName, { signal, timeoutMs: 5000 });
    return false;
  } catch (error) {
    return error instanceof ApiError && error.code === 'UNAUTHENTICATED';
  }
}

async function join(options: JoinOptions): Promise<NodeCredential> {
  const { joinTokenFile, connect, nodeName, clock, signal } = options;
  const token = joinTokenFile === undefined ? undefined : await readFile(joinTokenFile, 'utf8').then((text) => text.trim(), () => undefined);
  if (!token) throw new ApiError('UNAUTHENTICATED', `node "${nodeName}" has no credential, or its credential has ended; it joins with a token: gantry node join --token TOKEN, or the agent's --join-token-file FILE`);
  await using client = connect(token);
  const { id, token: own, clusterID, expiresAt } = await client.joinNode(nodeName, { signal });
  // Unconfirmed: what the node had before ends once this one is written down.
  return { token: own, clusterID, issued: { id, atMs: clock.now(), expiresAtMs: Date.parse(expiresAt), isConfirmed: false } };
}

/** The node's credential: the one written down, or a new one for the join token. Waits for the server for as long as it takes; a refused join token ends it. */
export async function obtainCredential(options: JoinOptions): Promise<NodeCredential> {
  const known = await readCredential(options.folder);
  if (known && !(await isRefused(known, options))) return known;
  for (;;) {
    try {
      const credential = await join(options);
      await writeCredential(options.folder, credential);
      options.logger.info({ node: options.nodeName }, 'joined the cluster');
      return credential;
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'UNAVAILABLE') throw error;
      options.logger.info('the server does not answer yet; joining again in a second');
      await wait(retryMs, options.clock, options.signal);
    }
  }
}
