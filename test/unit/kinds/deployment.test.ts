import { describe, expect, it } from 'vitest';
import { kinds } from '../../../src/kinds/index.ts';
import type { DeploymentInput, DeploymentSpecInput, ReplicaSetInput } from '../../../src/model/object.ts';
import { minimalInput, minimalPodSpec } from '../../support/arbitraries/minimal-inputs.ts';
import { storedObject } from '../../support/arbitraries/stored.ts';
import { pathsOf, problemsOf, updateProblemsOf } from './problems.ts';

const smallest: DeploymentInput = minimalInput('Deployment');
const deploymentWith = (spec: Partial<DeploymentSpecInput>): DeploymentInput => ({ ...smallest, spec: { ...smallest.spec, ...spec } });
const template = (spec: Partial<typeof minimalPodSpec>, labels: Readonly<Record<string, string>> = { app: 'web' }) => ({ metadata: { labels }, spec: { ...minimalPodSpec, ...spec } });
const rolling = (maxSurge: number | string, maxUnavailable: number | string) => ({ strategy: { type: 'RollingUpdate' as const, rollingUpdate: { maxSurge, maxUnavailable } } });

describe('a Deployment', () => {
  it('gets the numbers of Kubernetes', () => {
    expect(kinds.Deployment.applyDefaults(smallest).spec).toMatchObject({
      replicas: 1, minReadySeconds: 0, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, paused: false,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    });
  });

  it('gets the other bound where one is given, and none with Recreate', () => {
    expect(kinds.Deployment.applyDefaults(deploymentWith({ strategy: { rollingUpdate: { maxSurge: 0 } } })).spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: '25%' } });
    expect(kinds.Deployment.applyDefaults(deploymentWith({ strategy: { type: 'Recreate' } })).spec.strategy).toEqual({ type: 'Recreate' });
  });

  it.each<readonly [string, Partial<DeploymentSpecInput>, string]>([
    ['replicas below 0', { replicas: -1 }, 'spec.replicas'],
    ['minReadySeconds below 0', { minReadySeconds: -1 }, 'spec.minReadySeconds'],
    ['a history below 0', { revisionHistoryLimit: -1 }, 'spec.revisionHistoryLimit'],
    ['a deadline not after minReadySeconds', { minReadySeconds: 600 }, 'spec.progressDeadlineSeconds'],
    ['an empty selector', { selector: {} }, 'spec.selector'],
    ['a selector that the template does not meet', { selector: { matchLabels: { app: 'other' } } }, 'spec.selector'],
    ['an operator without values', { selector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'NotIn' }] } }, 'spec.selector.matchExpressions[0].values'],
    ['values without use', { selector: { matchExpressions: [{ key: 'app', operator: 'Exists', values: ['web'] }] } }, 'spec.selector.matchExpressions[0].values'],
    ['a wrong label in the template', { template: template({}, { app: 'web', 'a b': 'c' }) }, 'spec.template.metadata.labels[a b]'],
    ['a wrong container in the template', { template: template({ containers: [{ name: 'A', image: 'a' }] }) }, 'spec.template.spec.containers[0].name'],
    ['another restartPolicy than Always', { template: template({ restartPolicy: 'OnFailure' }) }, 'spec.template.spec.restartPolicy'],
    ['a deadline for its Pods', { template: template({ activeDeadlineSeconds: 5 }) }, 'spec.template.spec.activeDeadlineSeconds'],
    ['bounds with Recreate', { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }, 'spec.strategy.rollingUpdate'],
    ['both bounds 0', rolling(0, 0), 'spec.strategy.rollingUpdate.maxUnavailable'],
    ['both bounds 0%', rolling('0%', '0%'), 'spec.strategy.rollingUpdate.maxUnavailable'],
    ['a bound below 0', rolling(-1, 1), 'spec.strategy.rollingUpdate.maxSurge'],
    ['a bound that is no number', rolling('many', 1), 'spec.strategy.rollingUpdate.maxSurge'],
    ['a share that is not whole', rolling(1, '2.5%'), 'spec.strategy.rollingUpdate.maxUnavailable'],
    ['more unavailable than all', rolling(1, '101%'), 'spec.strategy.rollingUpdate.maxUnavailable'],
  ])('is refused with %s', (_what, spec, path) => {
    expect(pathsOf(problemsOf('Deployment', deploymentWith(spec)))).toEqual([path]);
  });

  it('may surge to more than double, and have one bound 0', () => {
    expect(problemsOf('Deployment', deploymentWith(rolling('200%', 0)))).toEqual([]);
    expect(problemsOf('Deployment', deploymentWith(rolling(0, '1%')))).toEqual([]);
  });

  it('never changes its selector', () => {
    const next = deploymentWith({ selector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'app', operator: 'Exists' }] } });
    expect(pathsOf(updateProblemsOf('Deployment', smallest, next))).toEqual(['spec.selector']);
  });

  it('reports counts that fit together', () => {
    const { status } = storedObject('Deployment', smallest);
    const check = kinds.Deployment.validateStatus;
    expect(check?.({ ...status, replicas: 3, updatedReplicas: 2, readyReplicas: 3, availableReplicas: 2, unavailableReplicas: 1 }, status)).toEqual([]);
    expect(pathsOf(check?.({ ...status, availableReplicas: 1, replicas: -1 }, { ...status, collisionCount: 1 }) ?? [])).toEqual(
      ['status.replicas', 'status.updatedReplicas', 'status.readyReplicas', 'status.availableReplicas', 'status.collisionCount']);
  });
});

describe('a ReplicaSet', () => {
  const set: ReplicaSetInput = minimalInput('ReplicaSet');
  it('wants one Pod where nothing is said, and keeps them where it is deleted by itself', () => {
    expect(kinds.ReplicaSet.applyDefaults(set).spec).toMatchObject({ replicas: 1, minReadySeconds: 0 });
    expect(kinds.ReplicaSet.defaultPropagation).toBe('ORPHAN');
  });

  it.each<readonly [string, Partial<ReplicaSetInput['spec']>, string]>([
    ['replicas below 0', { replicas: -1 }, 'spec.replicas'],
    ['a selector that the template does not meet', { selector: { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] } }, 'spec.selector'],
    ['another restartPolicy than Always', { template: template({ restartPolicy: 'Never' }) }, 'spec.template.spec.restartPolicy'],
  ])('is refused with %s', (_what, spec, path) => {
    expect(pathsOf(problemsOf('ReplicaSet', { ...set, spec: { ...set.spec, ...spec } }))).toEqual([path]);
  });

  it('never changes its selector, but may change its template', () => {
    const labels = { app: 'web', tier: 'front' };
    expect(pathsOf(updateProblemsOf('ReplicaSet', set, { ...set, spec: { ...set.spec, selector: { matchLabels: labels }, template: template({}, labels) } }))).toEqual(['spec.selector']);
    expect(updateProblemsOf('ReplicaSet', set, { ...set, spec: { ...set.spec, template: template({}, labels) } })).toEqual([]);
  });
});
