import { ApiError } from '../../model/errors.ts';
import { kindFacts, kindNames } from '../../model/object.ts';
import type { KindName } from '../../model/object.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import { commitChanges } from '../objects/commit.ts';
import { change, deletionOptions } from '../objects/kind-mutations.ts';
import { withNull, withoutNull } from '../objects/plain-input.ts';
import type { RootField } from '../objects/root-field.ts';
import { applyResults } from './apply-result.ts';

/** Exactly one field, such as `createPod` or `deleteService`. */
type ChangeInput = Readonly<Record<string, object | null | undefined>>;

interface Target {
  readonly namespace?: string | null;
  readonly name: string;
  readonly uid?: string | null;
  readonly resourceVersion?: string | null;
}

const verbs: ReadonlyMap<string, { readonly verb: 'create' | 'update' | 'patch' | 'delete'; readonly kind: KindName }> = new Map(kindNames.flatMap((kind) => (['create', 'update', 'patch', 'delete'] as const).map((verb) => [`${verb}${kind}`, { verb, kind }] as const)));

/** Commits any number of changes of any kinds as one: all or nothing, one revision. */
export const commitChangeSet: RootField<{ readonly changes: readonly ChangeInput[]; readonly dryRun?: boolean | null | undefined }> = {
  operation: () => ({ type: 'verb', field: 'commitChangeSet' }),
  run: async ({ changes, dryRun }, context) => applyResults(await commitChanges(changes.map(toChange), dryRun, context)),
};

function toChange(input: ChangeInput, index: number): RequestedChange {
  const given = Object.entries(input).filter(([, value]) => value != null);
  const [field, value] = given[0] ?? [];
  const known = field === undefined ? undefined : verbs.get(field);
  if (given.length !== 1 || !known || !value) {
    const path = `changes[${index}]`, message = 'exactly one field must be given, such as createPod';
    throw new ApiError('INVALID', `${path}: ${message}`, { fields: [{ path, message }] });
  }
  const { verb, kind } = known;
  if (verb === 'create' || verb === 'update') return change({ verb, kind, input: withoutNull(value) });
  if (verb === 'delete') return change({ verb, kind, target: targetOf(kind, value as Target), options: deletionOptions(value) });
  return change({ verb, kind, target: targetOf(kind, value as Target), patch: withNull((value as { readonly patch: object }).patch) });
}

function targetOf(kind: KindName, { namespace, name, uid, resourceVersion }: Target): object {
  return withoutNull({ ...(kindFacts[kind].namespaced ? { namespace: namespace ?? 'default' } : {}), name, uid: uid ?? undefined, resourceVersion: resourceVersion ?? undefined });
}
