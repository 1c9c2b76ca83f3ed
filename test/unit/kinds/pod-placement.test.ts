import { describe, expect, it } from 'vitest';
import { hostPortsConflict, podHostPorts } from '../../../src/kinds/pod/host-ports.ts';
import { matchesNodeSelector, matchesNodeSelectorTerm } from '../../../src/kinds/pod/node-selector.ts';
import { tolerates, untoleratedTaint } from '../../../src/kinds/pod/tolerations.ts';
import type { NodeSelectorOperator, Taint, Toleration } from '../../../src/model/object.ts';
import { storedObject } from '../../support/arbitraries/stored.ts';
import { pathsOf, podWith, problemsOf } from './problems.ts';

describe('tolerates', () => {
  const taint: Taint = { key: 'disk', value: 'slow', effect: 'NoSchedule' };
  it.each<readonly [boolean, Toleration, Taint]>([
    [true, { operator: 'Exists' }, taint],
    [true, { key: 'disk', operator: 'Exists' }, taint],
    [true, { key: 'disk', operator: 'Equal', value: 'slow' }, taint],
    [true, { key: 'disk', operator: 'Equal', value: 'slow', effect: 'NoSchedule' }, taint],
    [true, { key: 'disk', operator: 'Equal' }, { key: 'disk', effect: 'NoSchedule' }],
    [false, { key: 'disk', operator: 'Equal' }, taint],
    [false, { key: 'disk', operator: 'Equal', value: 'slow', effect: 'NoExecute' }, taint],
    [false, { operator: 'Exists', effect: 'NoExecute' }, taint],
    [false, { key: 'other', operator: 'Exists' }, taint],
    [false, { operator: 'Equal', value: 'slow' }, taint],
  ])('is %s for %j on %j', (expected, toleration, given) => {
    expect(tolerates([toleration], given)).toBe(expected);
  });

  it('names the first taint that nothing puts up with, of the effects asked for', () => {
    const other: Taint = { key: 'gpu', effect: 'PreferNoSchedule' };
    expect(untoleratedTaint([taint, other], [{ key: 'disk', operator: 'Exists' }], ['NoSchedule', 'NoExecute'])).toBeUndefined();
    expect(untoleratedTaint([taint, other], [{ key: 'disk', operator: 'Exists' }], ['PreferNoSchedule'])).toBe(other);
    expect(untoleratedTaint([taint], [], ['NoSchedule'])).toBe(taint);
  });
});

describe('matchesNodeSelectorTerm', () => {
  const node = { metadata: { name: 'node-1', labels: { zone: 'a', cores: '8', word: 'x' } } };
  it.each<readonly [boolean, string, NodeSelectorOperator, readonly string[] | undefined]>([
    [true, 'zone', 'In', ['a', 'b']], [false, 'zone', 'In', ['b']], [false, 'none', 'In', ['a']],
    [false, 'zone', 'NotIn', ['a']], [true, 'zone', 'NotIn', ['b']], [true, 'none', 'NotIn', ['a']],
    [true, 'zone', 'Exists', undefined], [false, 'none', 'Exists', undefined], [true, 'none', 'DoesNotExist', undefined], [false, 'zone', 'DoesNotExist', undefined],
    [true, 'cores', 'Gt', ['7']], [false, 'cores', 'Gt', ['8']], [true, 'cores', 'Lt', ['9']], [false, 'cores', 'Lt', ['8']], [true, 'cores', 'Gt', ['-1']],
    [false, 'word', 'Gt', ['1']], [false, 'word', 'Lt', ['1']], [false, 'none', 'Lt', ['1']],
  ])('is %s for %s %s %j', (expected, key, operator, values) => {
    expect(matchesNodeSelectorTerm({ matchExpressions: [{ key, operator, ...(values && { values }) }] }, node)).toBe(expected);
  });

  it('wants all of a term, one of the terms, and never matches an empty term', () => {
    const zone = { key: 'zone', operator: 'In' as const, values: ['a'] };
    const name = (value: string) => ({ key: 'metadata.name', operator: 'In' as const, values: [value] });
    expect(matchesNodeSelectorTerm({ matchExpressions: [zone], matchFields: [name('node-1')] }, node)).toBe(true);
    expect(matchesNodeSelectorTerm({ matchExpressions: [zone], matchFields: [name('node-2')] }, node)).toBe(false);
    expect(matchesNodeSelectorTerm({}, node)).toBe(false);
    expect(matchesNodeSelector({ nodeSelectorTerms: [{}, { matchFields: [name('node-1')] }] }, node)).toBe(true);
    expect(matchesNodeSelector({ nodeSelectorTerms: [] }, node)).toBe(false);
  });
});

describe('host ports', () => {
  it('are those of containers and sidecars', () => {
    const ports = (hostPort: number) => [{ containerPort: hostPort, hostPort }];
    const pod = storedObject('Pod', podWith({
      containers: [{ name: 'a', image: 'a:1', ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 8081, hostIP: '10.0.0.1', protocol: 'UDP' }] }],
      initContainers: [{ name: 'b', image: 'b:1', restartPolicy: 'Always', ports: ports(90) }, { name: 'c', image: 'c:1', ports: ports(91) }],
    }));
    expect(podHostPorts(pod)).toEqual([{ hostIP: '10.0.0.1', port: 8081, protocol: 'UDP' }, { hostIP: '0.0.0.0', port: 90, protocol: 'TCP' }]);
  });

  it.each([
    [true, '0.0.0.0', 80, 'TCP'], [true, '10.0.0.1', 80, 'TCP'], [false, '10.0.0.2', 80, 'TCP'], [false, '0.0.0.0', 81, 'TCP'], [false, '0.0.0.0', 80, 'UDP'],
  ] as const)('conflict is %s between 10.0.0.1:80/TCP and %s:%d/%s, both ways', (expected, hostIP, port, protocol) => {
    const taken = { hostIP: '10.0.0.1', port: 80, protocol: 'TCP' as const };
    expect(hostPortsConflict(taken, { hostIP, port, protocol })).toBe(expected);
    expect(hostPortsConflict({ hostIP, port, protocol }, taken)).toBe(expected);
  });
});

describe('rules about other Pods', () => {
  const containers = [{ name: 'a', image: 'a:1' }], labelSelector = { matchLabels: { app: 'web' } };
  const constraint = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' as const, labelSelector };
  const wrong = (spec: object) => pathsOf(problemsOf('Pod', podWith({ containers, ...spec })));

  it('are right as Kubernetes has them', () => {
    const required = [{ topologyKey: 'zone', labelSelector, namespaces: ['default'], namespaceSelector: {}, matchLabelKeys: ['tier'] }];
    const preferred = [{ weight: 100, podAffinityTerm: { topologyKey: 'zone', labelSelector } }];
    expect(wrong({
      affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required }, podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } },
      topologySpreadConstraints: [{ ...constraint, minDomains: 2, nodeAffinityPolicy: 'Ignore', nodeTaintsPolicy: 'Honor', matchLabelKeys: ['pod-template-hash'] }, { ...constraint, whenUnsatisfiable: 'ScheduleAnyway' }],
    })).toEqual([]);
  });

  it.each([
    ['topologySpreadConstraints[0].maxSkew', { topologySpreadConstraints: [{ ...constraint, maxSkew: 0 }] }],
    ['topologySpreadConstraints[0].topologyKey', { topologySpreadConstraints: [{ ...constraint, topologyKey: 'no key' }] }],
    ['topologySpreadConstraints[0].minDomains', { topologySpreadConstraints: [{ ...constraint, minDomains: 0 }] }],
    ['topologySpreadConstraints[0].minDomains', { topologySpreadConstraints: [{ ...constraint, minDomains: 2, whenUnsatisfiable: 'ScheduleAnyway' }] }],
    ['topologySpreadConstraints[0].labelSelector.matchLabels[a b]', { topologySpreadConstraints: [{ ...constraint, labelSelector: { matchLabels: { 'a b': 'x' } } }] }],
    ['topologySpreadConstraints[0].matchLabelKeys', { topologySpreadConstraints: [{ ...constraint, labelSelector: undefined, matchLabelKeys: ['tier'] }] }],
    ['topologySpreadConstraints[1]', { topologySpreadConstraints: [constraint, { ...constraint, maxSkew: 2 }] }],
    ['affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey', { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: '', labelSelector }] } } }],
    ['affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].namespaces[0]', { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', namespaces: ['No'] }] } } }],
    ['affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight', { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 101, podAffinityTerm: { topologyKey: 'zone' } }] } } }],
    ['affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[0]', { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone', labelSelector, matchLabelKeys: ['x'], mismatchLabelKeys: ['x'] }] } } }],
  ])('complain about spec.%s', (path, spec) => {
    expect(wrong(spec)).toEqual([`spec.${path}`]);
  });
});
