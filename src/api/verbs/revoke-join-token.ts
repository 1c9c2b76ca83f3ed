import type { RootField } from '../objects/root-field.ts';

/** Ends a join token before its time. Ending one that has ended, or never was, changes nothing. */
export const revokeJoinToken: RootField<{ readonly id: string }> = {
  operation: () => ({ type: 'verb', field: 'revokeJoinToken' }),
  run: async ({ id }, { parts }) => {
    await parts.store.credentials.revoke({ type: 'join', name: id });
    return { id };
  },
};
