import { isKind } from '../../model/object.ts';
import type { Node, StoredObject } from '../../model/object.ts';
import { sameValue } from '../../lib/same-value.ts';
import type { Change } from '../../store/store.ts';
import type { WatchEvent } from './watch-event.ts';

const shown = new WeakMap<StoredObject, Node & StoredObject>();

/** A Node as other nodes may know it: its name, its range of Pod addresses, and where it is reached. One object per state, so that all who see it share its text. */
export function peerNode(node: Node & StoredObject): Node & StoredObject {
  const known = shown.get(node);
  if (known) return known;
  const { uid, name, creationTimestamp, resourceVersion, generation } = node.metadata;
  const peer: Node & StoredObject = {
    apiVersion: node.apiVersion, kind: 'Node',
    metadata: { uid, name, labels: {}, annotations: {}, creationTimestamp, finalizers: [], ownerReferences: [], resourceVersion, generation, managedFields: [] },
    spec: { podCIDR: node.spec.podCIDR, podCIDRs: node.spec.podCIDRs, unschedulable: false, taints: [] },
    status: { conditions: [], addresses: node.status.addresses, images: [] },
  };
  shown.set(node, peer);
  return peer;
}

/** What other nodes hear of a change of a Node: nothing where neither its range nor its addresses changed. */
export function peerEvent({ type, revision, object, previous }: Change): WatchEvent | undefined {
  if (!isKind(object, 'Node')) return undefined;
  if (type === 'MODIFIED' && previous && isKind(previous, 'Node') && previous.metadata.uid === object.metadata.uid && sameValue(what(previous), what(object))) return undefined;
  return { type, revision, object: peerNode(object) };
}

function what({ spec, status }: Node): unknown {
  return [spec.podCIDR, spec.podCIDRs, status.addresses];
}
