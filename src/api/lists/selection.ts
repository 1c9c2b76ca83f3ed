import { kindFacts } from '../../model/object.ts';
import type { KindName, StoredObject } from '../../model/object.ts';
import { matchesSelector, parseSelector } from '../../model/selector.ts';
import type { Selector } from '../../model/selector.ts';
import type { Snapshot } from '../../store/store.ts';
import { eventsAbout } from '../edges/event-index.ts';
import { compileWhere, onlyValue } from './where.ts';
import type { Matches, Where } from './where.ts';

/** Which objects of a kind a list or a subscription is about. Null is the same as absent. */
export interface SelectionArgs {
  readonly namespace?: string | null | undefined;
  readonly labelSelector?: string | null | undefined;
  readonly where?: Where | null | undefined;
}

/** A selection, understood. */
export interface Selection {
  readonly kind: KindName;
  readonly namespace: string | undefined;
  readonly selector: Selector;
  readonly where: Where | undefined;
  /** Whether an object of the kind is in it. */
  readonly matches: Matches;
  /** Whether every object of the kind in the namespace is in it. */
  readonly isAll: boolean;
}

/** Reads the arguments of a list or subscription. Throws INVALID for a selector that cannot be read. */
export function createSelection(kind: KindName, args: SelectionArgs): Selection {
  const selector = parseSelector(args.labelSelector ?? '');
  const namespace = args.namespace ?? undefined;
  const where = args.where ?? undefined;
  const holds = where && compileWhere(kindFacts[kind].filters, where);
  const matches: Matches = (object) => (namespace === undefined || object.metadata.namespace === namespace)
    && (selector.length === 0 || matchesSelector(selector, object.metadata.labels)) && (!holds || holds(object));
  return { kind, namespace, selector, where, matches, isAll: selector.length === 0 && !where };
}

/** The objects of a selection, by namespace and name, found through the narrowest index. The snapshot's own array where everything is selected. */
export function selectObjects(snapshot: Snapshot, selection: Selection): readonly StoredObject[] {
  if (selection.isAll) return snapshot.list(selection.kind, selection.namespace) as readonly StoredObject[];
  return candidates(snapshot, selection).filter(selection.matches);
}

function candidates(snapshot: Snapshot, { kind, namespace, selector, where }: Selection): readonly StoredObject[] {
  const name = onlyValue(where, 'name');
  const inNamespace = kindFacts[kind].namespaced ? namespace ?? onlyValue(where, 'namespace') : '';
  if (name !== undefined && inNamespace !== undefined) {
    const object = snapshot.get(kind, inNamespace, name) as StoredObject | undefined;
    return object ? [object] : [];
  }
  const uid = onlyValue(where, 'uid');
  if (uid !== undefined) {
    const object = snapshot.byUid(uid);
    return object?.kind === kind ? [object] : [];
  }
  const nodeName = kind === 'Pod' ? onlyValue(where, 'nodeName') : undefined;
  if (nodeName) return snapshot.podsOnNode(nodeName);
  const involvedUid = kind === 'Event' ? onlyValue(where, 'involvedObjectUid') : undefined;
  if (involvedUid) return eventsAbout(snapshot, namespace, involvedUid);
  const equality = selector.find((requirement) => requirement.operator === 'In' && requirement.values.length === 1);
  if (equality) return snapshot.withLabel(kind, namespace, equality.key, equality.values[0] ?? '') as readonly StoredObject[];
  return snapshot.list(kind, namespace) as readonly StoredObject[];
}
