import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planProgress } from '../../../../src/controllers/deployment/plan-progress.ts';
import type { Progress, RevisionStep } from '../../../../src/controllers/deployment/plan-progress.ts';
import { conditionOf } from '../../../../src/model/conditions.ts';
import type { Condition } from '../../../../src/model/object.ts';
import { aDeployment, aReplicaSet, nowMs } from '../support/objects.ts';

const reasons = ['NewReplicaSetCreated', 'FoundNewReplicaSet', 'ReplicaSetUpdated', 'NewReplicaSetAvailable', 'ProgressDeadlineExceeded', 'DeploymentPaused', 'DeploymentResumed', 'ReplicaSetCreateError'] as const;
const truths: Readonly<Record<(typeof reasons)[number], Condition['status']>> = {
  NewReplicaSetCreated: 'True', FoundNewReplicaSet: 'True', ReplicaSetUpdated: 'True', NewReplicaSetAvailable: 'True', ProgressDeadlineExceeded: 'False', DeploymentPaused: 'Unknown', DeploymentResumed: 'Unknown', ReplicaSetCreateError: 'False',
};
const steps: fc.Arbitrary<RevisionStep> = fc.record({ type: fc.constantFrom('created' as const, 'found' as const, 'kept' as const, 'missing' as const), name: fc.constant('web-1') });
const counts = fc.record({ replicas: fc.nat(4), updatedReplicas: fc.nat(4), readyReplicas: fc.nat(4), availableReplicas: fc.nat(4) });
const kept: RevisionStep = { type: 'kept', name: 'web-1' };
const seconds = fc.integer({ min: 1, max: 1000 });
const progressing = ({ conditions }: Progress): Condition | undefined => conditionOf(conditions, 'Progressing');

function said(reason: (typeof reasons)[number], agoSeconds: number): Condition {
  const time = new Date(nowMs - agoSeconds * 1000).toISOString();
  return { type: 'Progressing', status: truths[reason], reason, message: '', lastUpdateTime: time, lastTransitionTime: time };
}

test('whatever happened before: the reason is one of the known ones, its status goes with it, and it looks again only while the clock runs', () => {
  fc.assert(fc.property(fc.option(fc.tuple(fc.constantFrom(...reasons), seconds)), fc.boolean(), steps, counts, counts, seconds, (before, paused, step, old, now, progressDeadlineSeconds) => {
    const conditions = before ? [said(...before)] : [];
    const deployment = aDeployment({ replicas: 2, paused, progressDeadlineSeconds }, { ...old, conditions });
    const progress = planProgress(deployment, { ...deployment.status, ...now }, step, [], nowMs);
    const condition = progressing(progress);
    if (condition) expect(truths[condition.reason as (typeof reasons)[number]]).toBe(condition.status);
    const stands = condition === undefined || ['DeploymentPaused', 'ProgressDeadlineExceeded', 'NewReplicaSetAvailable'].includes(condition.reason ?? '');
    expect(progress.lookAgainMs === undefined).toBe(stands);
    if (paused && before?.[0] !== 'ProgressDeadlineExceeded') expect(condition?.reason).toBe('DeploymentPaused');
  }), { numRuns: 300 });
});

test('the clock stands while paused: after any pause the whole deadline is left, and it is late at the announced moment, not before', () => {
  fc.assert(fc.property(fc.constantFrom('ReplicaSetUpdated' as const, 'NewReplicaSetCreated' as const), seconds, fc.nat(100_000), (reason, deadline, pauseSeconds) => {
    const at = (conditions: readonly Condition[], paused: boolean, timeMs: number): Progress => {
      const deployment = aDeployment({ replicas: 3, paused, progressDeadlineSeconds: deadline }, { replicas: 3, updatedReplicas: 1, conditions });
      return planProgress(deployment, deployment.status, kept, [], timeMs);
    };
    const paused = at([said(reason, 0)], true, nowMs);
    const stillPaused = at(paused.conditions, true, nowMs + pauseSeconds * 1000);
    expect(progressing(stillPaused)).toEqual(progressing(paused));
    const resumeMs = nowMs + pauseSeconds * 1000;
    const resumed = at(stillPaused.conditions, false, resumeMs);
    expect(progressing(resumed)?.reason).toBe('DeploymentResumed');
    expect(resumed.lookAgainMs).toBe(deadline * 1000 + 1);
    expect(progressing(at(resumed.conditions, false, resumeMs + deadline * 1000))?.reason).toBe('DeploymentResumed');
    expect(progressing(at(resumed.conditions, false, resumeMs + deadline * 1000 + 1))?.reason).toBe('ProgressDeadlineExceeded');
  }));
});

test('any progress starts the clock again, and a second look at the same counts does not', () => {
  fc.assert(fc.property(seconds, counts, fc.constantFrom('updatedReplicas' as const, 'readyReplicas' as const, 'availableReplicas' as const), (agoSeconds, now, field) => {
    const status = { ...now, replicas: 9, [field]: now[field] + 1 };
    const deployment = aDeployment({ replicas: 9, progressDeadlineSeconds: 2000 }, { ...now, replicas: 9, conditions: [said('ReplicaSetUpdated', agoSeconds)] });
    const moved = planProgress(deployment, { ...deployment.status, ...status }, kept, [], nowMs);
    expect(progressing(moved)).toMatchObject({ reason: 'ReplicaSetUpdated', lastUpdateTime: new Date(nowMs).toISOString() });
    const later = aDeployment({ replicas: 9, progressDeadlineSeconds: 2000 }, { ...status, conditions: moved.conditions });
    expect(planProgress(later, later.status, kept, [], nowMs + 1000)).toEqual({ conditions: moved.conditions, lookAgainMs: (moved.lookAgainMs ?? 0) - 1000 });
  }));
});

test('ReplicaFailure is there exactly while a ReplicaSet reports one', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom('True' as const, 'False' as const, undefined), { maxLength: 4 }), fc.boolean(), (failures, hadOne) => {
    const failure = (status: Condition['status']): Condition => ({ type: 'ReplicaFailure', status, reason: 'FailedCreate', message: 'no' });
    const sets = failures.map((status, index) => ({ replicaSet: aReplicaSet(`set-${index}`, {}, { conditions: status ? [failure(status)] : [] }), wanted: 0, active: 0, ready: 0, available: 0, present: 0 }));
    const deployment = aDeployment({}, { conditions: hadOne ? [failure('True')] : [] });
    expect(conditionOf(planProgress(deployment, deployment.status, kept, sets, nowMs).conditions, 'ReplicaFailure')?.status).toBe(failures.includes('True') ? 'True' : undefined);
  }));
});
