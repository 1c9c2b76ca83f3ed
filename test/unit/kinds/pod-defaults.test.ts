import { describe, expect, it } from 'vitest';
import { pullPolicyOf } from '../../../src/kinds/pod/default-container.ts';
import { kinds } from '../../../src/kinds/index.ts';
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
