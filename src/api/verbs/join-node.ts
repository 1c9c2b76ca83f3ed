import { ApiError } from '../../model/errors.ts';
import { nameProblem } from '../../model/names.ts';
import type { RootField } from '../objects/root-field.ts';
import { issueToNode } from './node-credentials.ts';

/** Exchanges a join token for the node's own credential. The Node object is made by its agent. */
export const joinNode: RootField<{ readonly name: string }> = {
  operation: () => ({ type: 'verb', field: 'joinNode' }),
  run: async ({ name }, { parts, identity }) => {
    const message = nameProblem('dns-subdomain', name);
    if (message) throw new ApiError('INVALID', `name: ${message}`, { fields: [{ path: 'name', message }] });
    const clusterID = parts.store.snapshot().get('Namespace', '', 'kube-system')?.metadata.uid;
    if (!clusterID) throw new ApiError('UNAVAILABLE', 'the cluster is not set up yet: it has no namespace "kube-system"');
    const credential = await issueToNode(parts, name);
    parts.logger.info({ node: name, by: identity.type }, 'issued a credential to a node');
    return { ...credential, clusterID };
  },
};
