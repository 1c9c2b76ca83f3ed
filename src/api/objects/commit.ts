import { kindFacts } from '../../model/object.ts';
import type { KindName, StoredObject } from '../../model/object.ts';
import type { RequestedChange, RequestOutcome } from '../../registry/registry.ts';
import type { ApiContext } from '../context.ts';

/** What a mutation of one object returns: the object under its kind's name, and the revision. */
export type KindPayload = Readonly<Record<string, StoredObject | number | undefined>>;

/** Commits changes for the caller; what the operation reads from here on is as new. */
export async function commitChanges(changes: readonly RequestedChange[], dryRun: boolean | null | undefined, context: ApiContext): Promise<RequestOutcome> {
  const outcome = await context.parts.registry.commit(changes, { actor: context.actor, dryRun: dryRun ?? false });
  context.reading.moveOn();
  return outcome;
}

/** Commits one change. */
export async function commitOne(change: RequestedChange, dryRun: boolean | null | undefined, context: ApiContext): Promise<KindPayload> {
  const { outcomes, revision } = await commitChanges([change], dryRun, context);
  const object = outcomes[0]?.object;
  if (!object) throw new Error(`the registry gave no outcome for a ${change.verb} of a ${change.kind}`);
  return { [kindFacts[change.kind as KindName].singular]: object, revision };
}
