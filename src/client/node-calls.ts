import type { Client, IssuedToken, NodeCalls, NodeRequestMessage, NodeWorkStep } from './client.ts';
import { nodeDocuments } from './node-documents.ts';

/** The calls that agents make, over a request and a subscribe function. */
export function nodeCalls(request: Client['request'], subscribe: Client['subscribe']): NodeCalls {
  return {
    joinNode: async (name, options) => (await request<{ result: IssuedToken & { clusterID: string } }>(nodeDocuments.joinNode, { name }, options)).result,
    rotateNodeCredential: async (nodeName, options) => (await request<{ result: IssuedToken }>(nodeDocuments.rotateNodeCredential, { nodeName }, options)).result,
    confirmNodeCredential: async (nodeName, id, options) => { await request(nodeDocuments.confirmNodeCredential, { nodeName, id }, options); },
    renewNodeLease: async (nodeName, options) => (await request<{ result: { renewTime: string } }>(nodeDocuments.renewNodeLease, { nodeName }, options)).result.renewTime,
    recordEvents: async (inputs, options) => { await request(nodeDocuments.recordEvents, { inputs }, options); },
    sendNodeResponse: async (response, options) => (await request<{ result: { wanted: boolean } }>(nodeDocuments.sendNodeResponse, { ...response }, options)).result.wanted,
    nodeWork: (nodeName, signal) => results(subscribe<{ result: NodeWorkStep }>(nodeDocuments.nodeWork, { nodeName }, signal)),
    nodeRequests: (nodeName, signal) => results(subscribe<{ result: NodeRequestMessage }>(nodeDocuments.nodeRequests, { nodeName }, signal)),
  };
}

async function* results<T>(values: AsyncIterable<{ readonly result: T }>): AsyncGenerator<T, void, undefined> {
  for await (const { result } of values) yield result;
}
