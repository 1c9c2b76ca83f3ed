import { describe, expect, it } from 'vitest';
import { kinds } from '../../../src/kinds/index.ts';
import type { PodSpecInput, PodStatus, VolumeInput } from '../../../src/model/object.ts';
import { minimalInput } from '../../support/arbitraries/minimal-inputs.ts';
import { storedObject } from '../../support/arbitraries/stored.ts';
import { pathsOf, podWith, podWithContainer, problemsOf, updateProblemsOf } from './problems.ts';

const term = (key: string, operator: 'In' | 'Exists' | 'Gt', values?: readonly string[]) => ({ matchExpressions: [{ key, operator, ...(values && { values }) }] });
const required = (...nodeSelectorTerms: ReadonlyArray<ReturnType<typeof term> | { matchFields: [{ key: string; operator: 'In' | 'Exists'; values?: readonly string[] }] }>) => (
  { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } });
const inRequired = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';

describe('a Pod', () => {
  it.each<readonly [string, Partial<PodSpecInput>, string]>([
    ['a deadline of 0', { activeDeadlineSeconds: 0 }, 'spec.activeDeadlineSeconds'],
    ['dnsPolicy None without nameservers', { dnsPolicy: 'None' }, 'spec.dnsConfig.nameservers'],
    ['four nameservers', { dnsConfig: { nameservers: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'] } }, 'spec.dnsConfig.nameservers'],
    ['a nameserver that is no address', { dnsConfig: { nameservers: ['dns'] } }, 'spec.dnsConfig.nameservers[0]'],
    ['a search domain that is none', { dnsConfig: { searches: ['a_b'] } }, 'spec.dnsConfig.searches[0]'],
    ['too many search domains', { dnsConfig: { searches: Array.from({ length: 33 }, (_, number) => `d${number}`) } }, 'spec.dnsConfig.searches'],
    ['a resolver option without name', { dnsConfig: { options: [{ name: '' }] } }, 'spec.dnsConfig.options[0].name'],
    ['a hostname with dots', { hostname: 'a.b' }, 'spec.hostname'],
    ['a wrong subdomain', { subdomain: 'A' }, 'spec.subdomain'],
    ['a host alias without address', { hostAliases: [{ ip: 'x', hostnames: ['a'] }] }, 'spec.hostAliases[0].ip'],
    ['a host alias with a wrong name', { hostAliases: [{ ip: '10.0.0.1', hostnames: ['a_b'] }] }, 'spec.hostAliases[0].hostnames[0]'],
    ['a wrong node name', { nodeName: 'Node' }, 'spec.nodeName'],
    ['a wrong nodeSelector', { nodeSelector: { 'a b': 'c' } }, 'spec.nodeSelector[a b]'],
    ['a wrong account', { serviceAccountName: '-' }, 'spec.serviceAccountName'],
    ['a pull secret twice', { imagePullSecrets: [{ name: 'a' }, { name: 'a' }] }, 'spec.imagePullSecrets[1].name'],
    ['a wrong readiness gate', { readinessGates: [{ conditionType: 'a b' }] }, 'spec.readinessGates[0].conditionType'],
    ['shared processes and those of the node', { shareProcessNamespace: true, hostPID: true }, 'spec.shareProcessNamespace'],
    ['a group below 0', { securityContext: { fsGroup: -1 } }, 'spec.securityContext.fsGroup'],
    ['a kernel setting that is none', { securityContext: { sysctls: [{ name: 'a b', value: '1' }] } }, 'spec.securityContext.sysctls[0].name'],
    ['a kernel setting of the network of the node', { hostNetwork: true, securityContext: { sysctls: [{ name: 'net.core.somaxconn', value: '1' }] } }, 'spec.securityContext.sysctls[0].name'],
    ['a toleration of nothing', { tolerations: [{}] }, 'spec.tolerations[0].operator'],
    ['a toleration with Exists and a value', { tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] }, 'spec.tolerations[0].value'],
    ['a toleration with a wrong key', { tolerations: [{ key: 'a b' }] }, 'spec.tolerations[0].key'],
    ['seconds without NoExecute', { tolerations: [{ key: 'a', operator: 'Exists', tolerationSeconds: 5 }] }, 'spec.tolerations[0].effect'],
    ['no affinity terms', required(), inRequired],
    ['In without values', required(term('a', 'In')), `${inRequired}[0].matchExpressions[0].values`],
    ['Exists with values', required(term('a', 'Exists', ['b'])), `${inRequired}[0].matchExpressions[0].values`],
    ['Gt with a word', required(term('a', 'Gt', ['b'])), `${inRequired}[0].matchExpressions[0].values`],
    ['Gt with two numbers', required(term('a', 'Gt', ['1', '2'])), `${inRequired}[0].matchExpressions[0].values`],
    ['a wrong key', required(term('a b', 'Exists')), `${inRequired}[0].matchExpressions[0].key`],
    ['a field that nodes are not selected by', required({ matchFields: [{ key: 'spec.x', operator: 'In', values: ['b'] }] }), `${inRequired}[0].matchFields[0].key`],
    ['a field with Exists', required({ matchFields: [{ key: 'metadata.name', operator: 'Exists' }] }), `${inRequired}[0].matchFields[0].operator`],
    ['a field with two names', required({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b', 'c'] }] }), `${inRequired}[0].matchFields[0].values`],
    ['a weight of 0', { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, preference: term('a', 'Exists') }] } } }, 'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight'],
  ])('is refused with %s', (_what, spec, path) => {
    expect(pathsOf(problemsOf('Pod', podWith(spec)))).toEqual([path]);
  });

  it.each<readonly [string, VolumeInput, string]>([
    ['a name with dots', { name: 'a.b' }, 'name'],
    ['two sources', { name: 'a', emptyDir: {}, hostPath: { path: '/' } }, ''],
    ['an unknown medium', { name: 'a', emptyDir: { medium: 'Disk' } }, 'emptyDir.medium'],
    ['a size that is no quantity', { name: 'a', emptyDir: { sizeLimit: 'big' } }, 'emptyDir.sizeLimit'],
    ['a relative host path', { name: 'a', hostPath: { path: 'tmp' } }, 'hostPath.path'],
    ['a host path that climbs', { name: 'a', hostPath: { path: '/tmp/../etc' } }, 'hostPath.path'],
    ['an unknown host path type', { name: 'a', hostPath: { path: '/tmp', type: 'Folder' } }, 'hostPath.type'],
    ['a wrong ConfigMap', { name: 'a', configMap: { name: 'A' } }, 'configMap.name'],
    ['a key that is none', { name: 'a', configMap: { name: 'a', items: [{ key: 'b/c', path: 'd' }] } }, 'configMap.items[0].key'],
    ['an item that climbs', { name: 'a', secret: { secretName: 'a', items: [{ key: 'b', path: '../c' }] } }, 'secret.items[0].path'],
    ['an item at an absolute path', { name: 'a', secret: { secretName: 'a', items: [{ key: 'b', path: '/c' }] } }, 'secret.items[0].path'],
    ['two items at one path', { name: 'a', configMap: { name: 'a', items: [{ key: 'b', path: 'c' }, { key: 'd', path: 'c' }] } }, 'configMap.items[1].path'],
    ['a mode above 0777', { name: 'a', secret: { secretName: 'a', defaultMode: 0o1000 } }, 'secret.defaultMode'],
    ['a file of nothing', { name: 'a', downwardAPI: { items: [{ path: 'b' }] } }, 'downwardAPI.items[0]'],
    ['a file of a field that is not known before the Pod runs', { name: 'a', downwardAPI: { items: [{ path: 'b', fieldRef: { fieldPath: 'status.podIP' } }] } }, 'downwardAPI.items[0].fieldRef.fieldPath'],
    ['a file of the resources of nobody', { name: 'a', downwardAPI: { items: [{ path: 'b', resourceFieldRef: { resource: 'limits.cpu' } }] } }, 'downwardAPI.items[0].resourceFieldRef.containerName'],
    ['a wrong claim', { name: 'a', persistentVolumeClaim: { claimName: 'A' } }, 'persistentVolumeClaim.claimName'],
  ])('is refused with a volume with %s', (_what, volume, path) => {
    expect(pathsOf(problemsOf('Pod', podWith({ volumes: [volume] })))).toEqual([path === '' ? 'spec.volumes[0]' : `spec.volumes[0].${path}`]);
  });

  it('is refused with a volume name twice', () => {
    expect(pathsOf(problemsOf('Pod', podWith({ volumes: [{ name: 'a' }, { name: 'a' }] })))).toEqual(['spec.volumes[1].name']);
  });

  it('lists all that is wrong at once', () => {
    expect(problemsOf('Pod', podWithContainer({ name: 'A', image: '', ports: [{ containerPort: 0 }] }, { hostname: '-' }))).toHaveLength(4);
  });
});

describe('an update of a Pod', () => {
  const pod = podWithContainer({}, { tolerations: [{ key: 'a', operator: 'Exists' }] });
  it.each<readonly [string, Partial<PodSpecInput>]>([
    ['an image', { containers: [{ name: 'web', image: 'busybox:1.37' }] }],
    ['a first deadline', { activeDeadlineSeconds: 5 }],
    ['one more toleration', { tolerations: [{ key: 'b', operator: 'Exists' }, { key: 'a', operator: 'Exists' }] }],
    ['the node that it is bound to', { nodeName: 'node-1' }],
  ])('may change %s', (_what, spec) => {
    expect(updateProblemsOf('Pod', pod, { ...pod, spec: { ...pod.spec, ...spec } })).toEqual([]);
  });

  it.each<readonly [string, Partial<PodSpecInput>, Partial<PodSpecInput>, string]>([
    ['a command', {}, { containers: [{ name: 'web', image: 'busybox:1.36', command: ['sh'] }] }, 'spec.containers'],
    ['the number of containers', {}, { containers: [{ name: 'web', image: 'busybox:1.36' }, { name: 'b', image: 'b:1' }] }, 'spec.containers'],
    ['the deadline to later', { activeDeadlineSeconds: 5 }, { activeDeadlineSeconds: 6 }, 'spec.activeDeadlineSeconds'],
    ['the deadline to none', { activeDeadlineSeconds: 5 }, { activeDeadlineSeconds: undefined }, 'spec.activeDeadlineSeconds'],
    ['a toleration away', {}, { tolerations: [] }, 'spec.tolerations'],
    ['the node', { nodeName: 'node-1' }, { nodeName: 'node-2' }, 'spec.nodeName'],
    ['the restart policy', {}, { restartPolicy: 'Never' }, 'spec.restartPolicy'],
    ['the grace period', {}, { terminationGracePeriodSeconds: 60 }, 'spec.terminationGracePeriodSeconds'],
    ['the volumes', {}, { volumes: [{ name: 'a' }] }, 'spec.volumes'],
  ])('may not change %s', (_what, before, after, path) => {
    const previous = { ...pod, spec: { ...pod.spec, ...before } };
    expect(pathsOf(updateProblemsOf('Pod', previous, { ...pod, spec: { ...previous.spec, ...after } }))).toEqual([path]);
  });

  it('keeps the node where the client leaves it out', () => {
    const bound = kinds.Pod.applyDefaults(podWith({ nodeName: 'node-1' }));
    expect(kinds.Pod.carryOver?.(kinds.Pod.applyDefaults(pod), bound).spec.nodeName).toBe('node-1');
  });
});

describe('a status of a Pod', () => {
  const { status } = storedObject('Pod', minimalInput('Pod'));
  const container = { name: 'web', state: {}, lastState: {}, ready: false, restartCount: 0, image: 'a', imageID: 'b' };
  it.each<readonly [string, Partial<PodStatus>, string]>([
    ['a condition twice', { conditions: [{ type: 'Ready', status: 'True' }, { type: 'Ready', status: 'False' }] }, 'status.conditions[1].type'],
    ['a container twice', { containerStatuses: [container, container] }, 'status.containerStatuses[1].name'],
    ['restarts below 0', { containerStatuses: [{ ...container, restartCount: -1 }] }, 'status.containerStatuses[0].restartCount'],
    ['two states at once', { containerStatuses: [{ ...container, state: { waiting: {}, running: {} } }] }, 'status.containerStatuses[0].state'],
    ['an address that is none', { podIP: 'x' }, 'status.podIP'],
  ])('is refused with %s', (_what, change, path) => {
    expect(pathsOf(kinds.Pod.validateStatus?.({ ...status, ...change }, status) ?? [])).toEqual([path]);
  });

  it('stays ended', () => {
    expect(pathsOf(kinds.Pod.validateStatus?.({ ...status, phase: 'Running' }, { ...status, phase: 'Failed' }) ?? [])).toEqual(['status.phase']);
    expect(kinds.Pod.validateStatus?.({ ...status, phase: 'Failed' }, { ...status, phase: 'Running' })).toEqual([]);
  });
});
