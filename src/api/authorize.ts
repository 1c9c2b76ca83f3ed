import { ApiError } from '../model/errors.ts';
import type { KindName, Pod, PodInput } from '../model/object.ts';
import type { Identity, Snapshot } from '../store/store.ts';
import type { ApiContext } from './context.ts';
import { nodeOfRequest } from './node-requests/messages.ts';
import { podReferences } from './watch/pod-references.ts';

/** What a caller wants to do, as far as permission depends on it. */
export type Operation =
  | { readonly type: 'get'; readonly kind: KindName; readonly namespace: string; readonly name: string }
  /** Lists and subscriptions. `name` and `nodeName` are given where the selection allows no other value. */
  | { readonly type: 'list'; readonly kind: KindName; readonly name?: string | undefined; readonly nodeName?: string | undefined }
  | { readonly type: 'write'; readonly verb: 'create' | 'update' | 'patch' | 'apply' | 'updateStatus' | 'delete'; readonly kind: KindName; readonly namespace: string; readonly name: string; readonly input?: unknown }
  /** A field from one object to others. */
  | { readonly type: 'edge'; readonly field: string }
  | { readonly type: 'verb'; readonly field: string; readonly nodeName?: string | undefined; readonly nodeNames?: readonly string[] | undefined; readonly requestId?: string | undefined };

/**
 * Why an identity may not do something, or undefined where it may. An admin may do everything; a join token may join; a node may write its own Node,
 * the status of its Pods and their end, and its mirror Pods, and read what its work list shows.
 */
export function decide(identity: Identity, operation: Operation, snapshot: Snapshot): string | undefined {
  switch (identity.type) {
    case 'admin': return undefined;
    case 'join': return operation.type === 'verb' && operation.field === 'joinNode' ? undefined : 'a join token is good for joinNode only';
    case 'node': return decideForNode(identity.name, operation, snapshot);
  }
}

/** Throws FORBIDDEN unless the caller may. */
export function authorize(context: ApiContext, operation: Operation): void {
  if (context.identity.type === 'admin') return;
  const refusal = decide(context.identity, operation, context.parts.store.snapshot());
  if (refusal) throw new ApiError('FORBIDDEN', `${context.actor} may not do this: ${refusal}`);
}

function decideForNode(me: string, operation: Operation, snapshot: Snapshot): string | undefined {
  switch (operation.type) {
    case 'get': return decideRead(me, operation, snapshot);
    case 'list': return decideList(me, operation);
    case 'write': return decideWrite(me, operation, snapshot);
    case 'edge': return `a node follows no edges, such as ${operation.field}`;
    case 'verb': return decideVerb(me, operation);
  }
}

function decideRead(me: string, { kind, namespace, name }: Extract<Operation, { type: 'get' }>, snapshot: Snapshot): string | undefined {
  const refusal = `a node reads its own Node and Pods, what those Pods refer to, Services and EndpointSlices; not this ${kind}`;
  switch (kind) {
    case 'Service':
    case 'EndpointSlice': return undefined;
    case 'Node': return name === me ? undefined : refusal;
    case 'Pod': return isOwnPod(me, namespace, name, snapshot) ? undefined : refusal;
    case 'ConfigMap':
    case 'Secret': {
      const isReferred = (pod: Pod) => pod.metadata.namespace === namespace && podReferences(pod).some((reference) => reference.kind === kind && reference.name === name);
      return snapshot.podsOnNode(me).some(isReferred) ? undefined : refusal;
    }
    default: return refusal;
  }
}

function decideList(me: string, { kind, name, nodeName }: Extract<Operation, { type: 'list' }>): string | undefined {
  if (kind === 'Service' || kind === 'EndpointSlice') return undefined;
  if (kind === 'Node' && name === me) return undefined;
  if (kind === 'Pod' && nodeName === me) return undefined;
  return kind === 'Pod' || kind === 'Node' ? `a node lists only what is its own: where: {${kind === 'Pod' ? 'nodeName' : 'name'}: {eq: "${me}"}}` : `a node lists no ${kind}s`;
}

function decideWrite(me: string, { verb, kind, namespace, name, input }: Extract<Operation, { type: 'write' }>, snapshot: Snapshot): string | undefined {
  if (kind === 'Node' && verb !== 'delete') return name === me ? undefined : 'a node writes its own Node only';
  if (kind === 'Pod' && (verb === 'updateStatus' || verb === 'delete')) return isOwnPod(me, namespace, name, snapshot) ? undefined : 'the Pod is not bound to this node';
  if (kind === 'Pod' && verb === 'create') return decideMirrorPod(me, input as PodInput);
  return `a node may not ${verb} a ${kind}`;
}

/** A mirror Pod that named a Secret would let the node read it. */
function decideMirrorPod(me: string, pod: PodInput): string | undefined {
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] === undefined) return 'a node creates mirror Pods only, with the annotation kubernetes.io/config.mirror';
  if (pod.spec.nodeName !== me) return 'a mirror Pod must be bound to the node that creates it: spec.nodeName';
  if (podReferences(pod).length > 0) return 'a mirror Pod may not refer to ConfigMaps or Secrets';
  return undefined;
}

function decideVerb(me: string, { field, nodeName, nodeNames = [], requestId }: Extract<Operation, { type: 'verb' }>): string | undefined {
  switch (field) {
    case 'revision':
    case 'server': return undefined;
    case 'renewNodeLease':
    case 'rotateNodeCredential':
    case 'confirmNodeCredential':
    case 'nodeWork':
    case 'nodeRequests': return nodeName === me ? undefined : `${field} is for node "${nodeName}" itself`;
    case 'recordEvent':
    case 'recordEvents': return nodeNames.every((name) => name === me) ? undefined : 'a node records events as seen on itself only';
    case 'sendNodeResponse': return requestId !== undefined && nodeOfRequest(requestId) === me ? undefined : 'another node was asked';
    default: return `${field} is not for nodes`;
  }
}

function isOwnPod(me: string, namespace: string, name: string, snapshot: Snapshot): boolean {
  return snapshot.get('Pod', namespace, name)?.spec.nodeName === me;
}
