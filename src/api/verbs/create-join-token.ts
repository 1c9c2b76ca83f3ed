import { randomUUID } from 'node:crypto';
import { formatTime } from '../../lib/clock.ts';
import { ApiError } from '../../model/errors.ts';
import type { RootField } from '../objects/root-field.ts';

const mostSeconds = 365 * 86_400;

/** Makes a token with which nodes can join. */
export const createJoinToken: RootField<{ readonly expiresInSeconds?: number | null | undefined }> = {
  operation: () => ({ type: 'verb', field: 'createJoinToken' }),
  run: async (args, { parts }) => {
    const seconds = args.expiresInSeconds ?? 86_400;
    if (seconds < 1 || seconds > mostSeconds) {
      const message = `${seconds} is not between 1 and ${mostSeconds}`;
      throw new ApiError('INVALID', `expiresInSeconds: ${message}`, { fields: [{ path: 'expiresInSeconds', message }] });
    }
    const id = randomUUID();
    const { token, expiresAt } = await parts.store.credentials.issue({ type: 'join', name: id }, seconds * 1000);
    return { id, token, expiresAt: formatTime(expiresAt ?? parts.clock.now() + seconds * 1000) };
  },
};
