import { formatTime } from '../../lib/clock.ts';
import { ApiError } from '../../model/errors.ts';
import type { ApiParts } from '../context.ts';
import type { RootField } from '../objects/root-field.ts';

/** A new credential of a node, as the API shows it. */
export async function issueToNode({ store, clock, nodeCredentialMs }: Pick<ApiParts, 'store' | 'clock' | 'nodeCredentialMs'>, name: string) {
  const { id, token, expiresAt } = await store.credentials.issue({ type: 'node', name }, nodeCredentialMs);
  return { id, token, expiresAt: formatTime(expiresAt ?? clock.now() + nodeCredentialMs) };
}

/** Gives a node another credential beside the one it shows. Both are good until the new one is confirmed, so that a node which dies in between is never shut out. */
export const rotateNodeCredential: RootField<{ readonly nodeName: string }> = {
  operation: ({ nodeName }) => ({ type: 'verb', field: 'rotateNodeCredential', nodeName }),
  run: async ({ nodeName }, { parts }) => {
    if (!parts.store.snapshot().get('Node', '', nodeName)) throw new ApiError('NOT_FOUND', `Node "${nodeName}" does not exist`);
    const credential = await issueToNode(parts, nodeName);
    parts.logger.info({ node: nodeName }, 'issued another credential to a node');
    return credential;
  },
};

/** The node has written its new credential down: its others end. */
export const confirmNodeCredential: RootField<{ readonly nodeName: string; readonly id: string }> = {
  operation: ({ nodeName }) => ({ type: 'verb', field: 'confirmNodeCredential', nodeName }),
  run: async ({ nodeName, id }, { parts }) => {
    const isKept = await parts.store.credentials.keepOnly({ type: 'node', name: nodeName }, id);
    if (!isKept) throw new ApiError('NOT_FOUND', `Node "${nodeName}" has no credential with this id, or it has ended; its others stay as they are`);
    return { id };
  },
};

/** Shuts a node out until it joins again. */
export const revokeNodeCredentials: RootField<{ readonly nodeName: string }> = {
  operation: ({ nodeName }) => ({ type: 'verb', field: 'revokeNodeCredentials', nodeName }),
  run: async ({ nodeName }, { parts }) => {
    await parts.store.credentials.revoke({ type: 'node', name: nodeName });
    parts.logger.info({ node: nodeName }, 'revoked the credentials of a node');
    return { nodeName };
  },
};
