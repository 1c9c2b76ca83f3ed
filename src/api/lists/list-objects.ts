import { ApiError } from '../../model/errors.ts';
import { kindFacts } from '../../model/object.ts';
import type { KindName, StoredObject } from '../../model/object.ts';
import type { Snapshot } from '../../store/store.ts';
import type { ApiContext } from '../context.ts';
import { asGraphQLError } from '../format-error.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Position } from './cursor.ts';
import { createOrder } from './order.ts';
import type { Order, OrderStep } from './order.ts';
import { checkPageArgs, cutPage } from './page.ts';
import type { Connection, PageArgs } from './page.ts';
import { createSelection, selectObjects } from './selection.ts';
import type { SelectionArgs } from './selection.ts';

/** Arguments of a list. */
export interface ListArgs extends SelectionArgs, PageArgs {
  readonly orderBy?: readonly OrderStep[] | null | undefined;
}

/** A page of the objects of a kind. Later pages show the revision of the first; EXPIRED, with a cursor that goes on at the newest state, when it is gone. */
export function listObjects(kind: KindName, args: ListArgs, context: ApiContext): Connection {
  const selection = createSelection(kind, args);
  return page(kind, args, context, (snapshot) => selectObjects(snapshot, selection));
}

/** A page of the objects at the end of an edge; `all` finds them, by namespace and name, in the state that the list shows. */
export function listEdge(kind: KindName, args: ListArgs, context: ApiContext, all: (snapshot: Snapshot) => readonly StoredObject[], order?: Order): Connection {
  const selection = createSelection(kind, args);
  return page(kind, args, context, (snapshot) => (selection.isAll ? all(snapshot) : all(snapshot).filter(selection.matches)), order);
}

function page(kind: KindName, args: ListArgs, context: ApiContext, find: (snapshot: Snapshot) => readonly StoredObject[], given?: Order): Connection {
  checkPageArgs(args);
  const order = given ?? createOrder(kindFacts[kind].filters, args.orderBy ?? []);
  const after = args.after ? decodeCursor(args.after, order.text, 'after') : undefined;
  const before = args.before ? decodeCursor(args.before, order.text, 'before') : undefined;
  const snapshot = snapshotOf(context, after, before);
  const found = find(snapshot);
  const objects = order.text === '' && !given ? found : [...found].sort(order.compare);
  const connection = cutPage(objects, order, snapshot.revision, args, after, before);
  if (connection.nodes.length < objects.length) context.parts.keeper.keep(snapshot);
  return connection;
}

function snapshotOf(context: ApiContext, after: Position | undefined, before: Position | undefined): Snapshot {
  const revision = after?.revision ?? before?.revision;
  if (revision === undefined) return context.reading.snapshot();
  try {
    const snapshot = context.parts.keeper.at(revision);
    context.reading.pin(snapshot);
    return snapshot;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'EXPIRED') throw error;
    const fresh = (position: Position | undefined) => position && encodeCursor({ ...position, revision: undefined });
    throw asGraphQLError(new ApiError('EXPIRED', `${error.message}; "continue" in the error's extensions goes on after the same object in the newest state, which may differ`), { continue: fresh(after ?? before) });
  }
}
