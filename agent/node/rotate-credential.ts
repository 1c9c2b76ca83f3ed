import type { Logger } from 'pino';
import type { Client } from '../../src/client/client.ts';
import { backoffMs } from '../../src/lib/backoff.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { wait } from '../../src/lib/wait.ts';
import { ApiError } from '../../src/model/errors.ts';
import { writeCredential } from './credential.ts';
import type { NodeCredential } from './credential.ts';
import { planRotation } from './plan-rotation.ts';

/** What keeping a credential fresh needs. */
export interface RotationOptions {
  readonly nodeName: string;
  /** Where the credential is written down. */
  readonly folder: string;
  readonly credential: NodeCredential;
  readonly client: Pick<Client, 'rotateNodeCredential' | 'confirmNodeCredential' | 'showToken'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const retry = { baseMs: 1000, maxMs: 600_000 };

/**
 * Keeps a node's credential fresh until the signal aborts. A new one is written down before it is shown, and its predecessor ends only after that: killed at any instant,
 * the agent holds one that is good.
 */
export async function rotateCredential({ nodeName, folder, client, clock, logger, signal, ...options }: RotationOptions): Promise<void> {
  let { credential } = options;
  const keep = async (issued: NodeCredential['issued'], token = credential.token): Promise<void> => {
    credential = { ...credential, token, issued };
    await writeCredential(folder, credential);
  };
  for (let failures = 0; !signal.aborted;) {
    const step = planRotation(credential, clock.now());
    try {
      if (step.type === 'wait') await wait(step.ms, clock, signal);
      if (step.type === 'rotate') {
        const { id, token, expiresAt } = await client.rotateNodeCredential(nodeName, { signal });
        await keep({ id, atMs: clock.now(), expiresAtMs: Date.parse(expiresAt), isConfirmed: false }, token);
        client.showToken(token);
      }
      if (step.type === 'confirm') {
        await client.confirmNodeCredential(nodeName, step.id, { signal });
        await keep({ ...credential.issued!, isConfirmed: true });
        logger.info({ expiresAt: new Date(credential.issued!.expiresAtMs).toISOString() }, 'the node has a new credential');
      }
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      logger.debug({ err: error }, 'the credential could not be changed yet');
      // One that was never confirmed and is gone meanwhile: another takes its place.
      if (step.type === 'confirm' && error instanceof ApiError && error.code === 'NOT_FOUND') await keep(undefined);
      await wait(backoffMs(failures, retry), clock, signal).catch(() => undefined);
    }
  }
}
