import { ApiError, notFound } from '../../model/errors.ts';
import { kindFacts } from '../../model/object.ts';
import type { KindName, Objects } from '../../model/object.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import type { ApiContext } from '../context.ts';
import { commitChanges } from '../objects/commit.ts';
import type { KindPayload } from '../objects/commit.ts';

/** Arguments that name a namespaced object. Null is the same as absent. */
export interface VerbArgs {
  readonly namespace?: string | null | undefined;
  readonly name: string;
  readonly dryRun?: boolean | null | undefined;
}

const mostAttempts = 10;

/** The object that a verb is about. Throws NOT_FOUND. */
export function existing<K extends KindName>(kind: K, args: Pick<VerbArgs, 'namespace' | 'name'>, context: ApiContext): Objects[K] {
  const namespace = kindFacts[kind].namespaced ? args.namespace ?? 'default' : '';
  const object = context.parts.store.snapshot().get(kind, namespace, args.name);
  if (!object) throw notFound({ kind, ...(namespace ? { namespace } : {}), name: args.name });
  return object;
}

/**
 * Changes an object by a decision that depends on its state, and decides again when someone else wrote in between. The change must name the revision that
 * it was decided on, and of several the first is the one about the object. Undefined: it is as wanted already, and nothing is written.
 */
export async function changeInPlace<K extends KindName>(kind: K, args: VerbArgs, context: ApiContext, decide: (object: Objects[K]) => RequestedChange | readonly RequestedChange[] | undefined): Promise<KindPayload> {
  for (let attempt = 1; ; attempt += 1) {
    const { revision } = context.parts.store.snapshot();
    const object = existing(kind, args, context);
    const wanted = decide(object);
    if (!wanted) return { [kindFacts[kind].singular]: object, revision: undefined };
    try {
      const { outcomes, revision: written } = await commitChanges([wanted].flat(), args.dryRun, context);
      return { [kindFacts[kind].singular]: outcomes[0]?.object, revision: written };
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'CONFLICT' || attempt === mostAttempts) throw error;
      await context.parts.store.snapshotAtLeast(revision + 1, context.signal);
    }
  }
}
