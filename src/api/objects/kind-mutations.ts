import { kindFacts } from '../../model/object.ts';
import type { KindName } from '../../model/object.ts';
import type { DeleteOptions, RequestedChange, Target } from '../../registry/registry.ts';
import type { Operation } from '../authorize.ts';
import type { FieldResolvers } from '../resolvers.ts';
import { commitOne } from './commit.ts';
import { namespaceOf } from './kind-queries.ts';
import type { KeyArgs } from './kind-queries.ts';
import { withNull, withoutNull } from './plain-input.ts';
import { guarded } from './root-field.ts';

interface DryRun {
  readonly dryRun?: boolean | null | undefined;
}

interface Preconditions {
  readonly uid?: string | null | undefined;
  readonly resourceVersion?: string | null | undefined;
}

type Input = { readonly metadata: { readonly name?: string | null | undefined; readonly namespace?: string | null | undefined } };
type Verb = Extract<Operation, { type: 'write' }>['verb'];
type DeletionArgs = { readonly [Key in keyof DeleteOptions]?: DeleteOptions[Key] | null };

/** `createPod`, `updatePod`, `updatePodStatus`, `patchPod`, `applyPod` and `deletePod` of a kind. */
export function kindMutations(kind: KindName): FieldResolvers {
  const { namespaced } = kindFacts[kind];
  const onKey = (verb: Verb) => (args: KeyArgs): Operation => ({ type: 'write', verb, kind, namespace: namespaceOf(kind, args), name: args.name });
  const onInput = (verb: Verb) => ({ input }: { readonly input: Input }): Operation => {
    const plain = withoutNull(input);
    return { type: 'write', verb, kind, namespace: namespaceOf(kind, plain.metadata), name: plain.metadata.name ?? '', input: plain };
  };
  const target = (args: KeyArgs & Preconditions): Target =>
    withoutNull({ ...(namespaced ? { namespace: args.namespace ?? 'default' } : {}), name: args.name, uid: args.uid ?? undefined, resourceVersion: args.resourceVersion ?? undefined });
  const status = kindFacts[kind].hasStatus ? {
    [`update${kind}Status`]: guarded<KeyArgs & Preconditions & DryRun & { readonly status: unknown }>({
      operation: onKey('updateStatus'),
      run: (args, context) => commitOne(change({ verb: 'updateStatus', kind, target: target(args), status: withoutNull(args.status) }), args.dryRun, context),
    }),
  } : {};
  return {
    [`create${kind}`]: guarded<DryRun & { readonly input: Input }>({
      operation: onInput('create'),
      run: (args, context) => commitOne(change({ verb: 'create', kind, input: withoutNull(args.input) }), args.dryRun, context),
    }),
    [`update${kind}`]: guarded<DryRun & { readonly input: Input }>({
      operation: onInput('update'),
      run: (args, context) => commitOne(change({ verb: 'update', kind, input: withoutNull(args.input) }), args.dryRun, context),
    }),
    ...status,
    [`patch${kind}`]: guarded<KeyArgs & DryRun & { readonly patch: unknown }>({
      operation: onKey('patch'),
      run: (args, context) => commitOne(change({ verb: 'patch', kind, target: target(args), patch: withNull(args.patch) }), args.dryRun, context),
    }),
    [`apply${kind}`]: guarded<KeyArgs & DryRun & { readonly fieldManager: string; readonly force?: boolean | null; readonly input: unknown }>({
      operation: onKey('apply'),
      run: (args, context) => commitOne(
        change({ verb: 'apply', kind, target: target(args), input: withNull(args.input), fieldManager: args.fieldManager, force: args.force ?? false }), args.dryRun, context),
    }),
    [`delete${kind}`]: guarded<KeyArgs & Preconditions & DryRun & DeletionArgs>({
      operation: onKey('delete'),
      run: (args, context) => commitOne(change({ verb: 'delete', kind, target: target(args), options: deletionOptions(args) }), args.dryRun, context),
    }),
  };
}

/** What a deletion says besides its target. */
export function deletionOptions(args: DeletionArgs): DeleteOptions {
  return withoutNull({ propagationPolicy: args.propagationPolicy ?? undefined, gracePeriodSeconds: args.gracePeriodSeconds ?? undefined });
}

/** The schema has checked that kind and input fit; types cannot see that across all kinds at once. */
export function change(fields: { readonly verb: RequestedChange['verb']; readonly kind: KindName; readonly [field: string]: unknown }): RequestedChange {
  return fields as unknown as RequestedChange;
}
