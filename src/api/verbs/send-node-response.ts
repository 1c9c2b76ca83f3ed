import type { NodeResponse } from '../node-requests/node-requests.ts';
import type { RootField } from '../objects/root-field.ts';

/** Takes a part of an answer from a node. */
export const sendNodeResponse: RootField<NodeResponse> = {
  operation: ({ requestId }) => ({ type: 'verb', field: 'sendNodeResponse', requestId }),
  run: async (response, { parts }) => ({ wanted: await parts.nodeRequests.respond(response) }),
};
