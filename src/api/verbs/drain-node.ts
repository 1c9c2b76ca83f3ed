import { planDrainSteps } from '../../kinds/node-drain/plan-drain-steps.ts';
import type { DrainStep } from '../../kinds/node-drain/plan-drain-steps.ts';
import { applyDefaults, initialStatus } from '../../kinds/node-drain/defaults.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { ApiError } from '../../model/errors.ts';
import type { Node, NodeDrainSpecInput } from '../../model/object.ts';
import { parseSelector } from '../../model/selector.ts';
import type { RequestedChange } from '../../registry/registry.ts';
import type { ApiContext } from '../context.ts';
import { commitChanges } from '../objects/commit.ts';
import type { RootField } from '../objects/root-field.ts';
import { existing } from './change-in-place.ts';

interface DrainNodeArgs {
  readonly name: string;
  readonly ignoreDaemonSets?: boolean | null | undefined;
  readonly deleteEmptyDirData?: boolean | null | undefined;
  readonly force?: boolean | null | undefined;
  readonly gracePeriodSeconds?: number | null | undefined;
  readonly timeoutSeconds?: number | null | undefined;
  readonly podSelector?: string | null | undefined;
  readonly dryRun?: boolean | null | undefined;
}

/** Cordons a node and asks for it to be emptied; the answer is the plan. Its controller does the work. Throws FORBIDDEN, naming each, where Pods are in the way that no option lets go. */
export const drainNode: RootField<DrainNodeArgs> = {
  operation: () => ({ type: 'verb', field: 'drainNode' }),
  run: async (args, context) => {
    const node = existing('Node', args, context);
    const spec = specOf(args);
    const steps = stepsOn(node, spec, context);
    if (!args.dryRun) refuse(node, steps.filter(({ action }) => action === 'REFUSE'));
    const { outcomes, revision } = await commitChanges(changesFor(node, spec), args.dryRun, context);
    return { node: outcomes[0]?.object, nodeDrain: outcomes.at(-1)?.object, steps, revision };
  },
};

function specOf({ name: _name, dryRun: _dryRun, podSelector, ...options }: DrainNodeArgs): NodeDrainSpecInput {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value != null)) as NodeDrainSpecInput;
  return podSelector ? { ...given, podSelector: { matchExpressions: parseSelector(podSelector, 'podSelector').map((one) => ({ ...one, values: one.values.length > 0 ? one.values : undefined })).map(withoutUndefined) } } : given;
}

function stepsOn({ metadata }: Node, spec: NodeDrainSpecInput, { parts }: ApiContext): readonly DrainStep[] {
  const snapshot = parts.store.snapshot();
  return planDrainSteps(snapshot.podsOnNode(metadata.name), snapshot.list('PodDisruptionBudget'), applyDefaults({ metadata: { name: metadata.name }, spec }).spec, parts.clock.now());
}

function refuse({ metadata }: Node, refused: readonly DrainStep[]): void {
  if (refused.length === 0) return;
  const list = refused.map(({ pod, reason }) => `Pod "${pod.metadata.namespace ?? ''}/${pod.metadata.name}": ${reason ?? ''}`).join('; ');
  throw new ApiError('FORBIDDEN', `Node "${metadata.name}" is not drained: ${list}`, { subject: { kind: 'Node', name: metadata.name } });
}

/** A request that had ended begins anew; one under way goes on, with other options if they are others. */
function changesFor({ apiVersion, kind, metadata }: Node, spec: NodeDrainSpecInput): readonly RequestedChange[] {
  const target = { name: metadata.name };
  const ownerReferences = [{ apiVersion, kind, name: metadata.name, uid: metadata.uid }];
  return [
    { verb: 'patch', kind: 'Node', target: { ...target, uid: metadata.uid }, patch: { spec: { unschedulable: true } } },
    { verb: 'apply', kind: 'NodeDrain', target, input: { metadata: { ownerReferences }, spec }, fieldManager: 'drainNode', force: true },
    { verb: 'transformStatus', kind: 'NodeDrain', target, transform: ({ status }) => (status.phase === 'Drained' || status.phase === 'Failed' ? initialStatus() : undefined) },
  ];
}
