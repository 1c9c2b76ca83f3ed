import { describe, expect, it } from 'vitest';
import { pullPolicyOf } from '../../../src/kinds/pod/default-container.ts';
import { kinds } from '../../../src/kinds/index.ts';
import type { TolerationInput } from '../../../src/model/object.ts';
import { podWith, podWithContainer } from './problems.ts';

const container = (input: Parameters<typeof podWithContainer>[0], spec = {}) => kinds.Pod.applyDefaults(podWithContainer(input, spec)).spec.containers[0];

it.each([
  ['busybox', 'Always'], ['busybox:latest', 'Always'], ['example.com:5000/web', 'Always'], ['example.com:5000/web:latest', 'Always'],
  ['busybox:1.36', 'IfNotPresent'], ['example.com:5000/web:1', 'IfNotPresent'], [`busybox@sha256:${'a'.repeat(64)}`, 'IfNotPresent'], [`busybox:1@sha256:${'a'.repeat(64)}`, 'IfNotPresent'],
])('%s is pulled %s', (image, policy) => expect(pullPolicyOf(image)).toBe(policy));

describe('a Pod', () => {
  it('gets the values of Kubernetes', () => {
    expect(kinds.Pod.applyDefaults(podWith({})).spec).toMatchObject({
      restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler', serviceAccountName: 'default', priority: 0, enableServiceLinks: true,
      hostNetwork: false, volumes: [], containers: [{ terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', imagePullPolicy: 'IfNotPresent', resources: { limits: {}, requests: {} } }],
    });
  });

  it('takes a negative grace period for the shortest', () => {
    expect([-5, 0, 7].map((seconds) => kinds.Pod.applyDefaults(podWith({ terminationGracePeriodSeconds: seconds })).spec.terminationGracePeriodSeconds)).toEqual([1, 0, 7]);
  });

  it('is an emptyDir where a volume has no source', () => {
    expect(kinds.Pod.applyDefaults(podWith({ volumes: [{ name: 'a' }, { name: 'b', hostPath: { path: '/' } }] })).spec.volumes).toEqual([{ name: 'a', emptyDir: {} }, { name: 'b', hostPath: { path: '/', type: '' } }]);
  });

  it('outlasts the loss of its node for 300 seconds', () => {
    expect(kinds.Pod.applyDefaults(podWith({})).spec.tolerations).toEqual(['not-ready', 'unreachable'].map((name) => (
      { key: `node.kubernetes.io/${name}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })));
  });

  it.each<readonly [string, TolerationInput, number]>([
    ['its own word on one taint', { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 2 }, 2],
    ['one for everything', { operator: 'Exists' }, 1],
    ['one for every NoExecute', { operator: 'Exists', effect: 'NoExecute' }, 1],
    ['one for another effect', { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoSchedule' }, 3],
  ])('keeps %s', (_what, toleration, count) => {
    expect(kinds.Pod.applyDefaults(podWith({ tolerations: [toleration] })).spec.tolerations).toHaveLength(count);
  });

  it('gives templates none of these tolerations', () => {
    const { spec } = kinds.ReplicaSet.applyDefaults({ metadata: { name: 'a' }, spec: { selector: {}, template: { spec: podWith({}).spec } } });
    expect(spec.template.spec.tolerations).toEqual([]);
  });
});

describe('a container', () => {
  it('requests what it is limited to, unless it says otherwise', () => {
    expect(container({ resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } } })?.resources.requests).toEqual({ cpu: '500m', memory: '1Gi' });
  });

  it('takes the same port of the node on its network', () => {
    expect(container({ ports: [{ containerPort: 80 }] }, { hostNetwork: true })?.ports).toEqual([{ containerPort: 80, hostPort: 80, protocol: 'TCP' }]);
    expect(container({ ports: [{ containerPort: 80 }] })?.ports).toEqual([{ containerPort: 80, protocol: 'TCP' }]);
  });

  it('is probed every 10 seconds', () => {
    expect(container({ livenessProbe: { httpGet: { port: 80 } } })?.livenessProbe).toEqual(
      { httpGet: { port: 80, path: '/', scheme: 'HTTP', httpHeaders: [] }, initialDelaySeconds: 0, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  });
});
