import { fragments } from '../generated/documents.ts';
import type { NodeWorkKind } from './client.ts';

/** The kinds that a node's work list contains. */
export const nodeWorkKinds: readonly NodeWorkKind[] = ['Node', 'Pod', 'ConfigMap', 'Secret', 'Service', 'EndpointSlice', 'NetworkPolicy'];

/** The documents of the calls that agents make. */
export const nodeDocuments = {
  joinNode: 'mutation joinNode($name: String!) { result: joinNode(name: $name) { id token expiresAt clusterID } }',
  rotateNodeCredential: 'mutation rotateNodeCredential($nodeName: String!) { result: rotateNodeCredential(nodeName: $nodeName) { id token expiresAt } }',
  confirmNodeCredential: 'mutation confirmNodeCredential($nodeName: String!, $id: ID!) { result: confirmNodeCredential(nodeName: $nodeName, id: $id) { id } }',
  renewNodeLease: 'mutation renewNodeLease($nodeName: String!) { result: renewNodeLease(nodeName: $nodeName) { renewTime } }',
  recordEvents: 'mutation recordEvents($inputs: [RecordEventInput!]!) { result: recordEvents(inputs: $inputs) { revision } }',
  sendNodeResponse: `mutation sendNodeResponse($requestId: ID!, $data: String, $done: Boolean, $error: String) {
    result: sendNodeResponse(requestId: $requestId, data: $data, done: $done, error: $error) { wanted } }`,
  nodeWork: `subscription nodeWork($nodeName: String!) { result: nodeWork(nodeName: $nodeName) { type revision peers { key added removed } object {
    ${nodeWorkKinds.map((kind) => `...${kind}Fields`).join(' ')} } } } ${nodeWorkKinds.map((kind) => fragments[kind]).join(' ')}`,
  nodeRequests: `subscription nodeRequests($nodeName: String!) { result: nodeRequests(nodeName: $nodeName) {
    id cancel podLogs { podUid container tailLines sinceSeconds timestamps previous follow } } }`,
} as const;
