import { describe, expect, it } from 'vitest';
import type { ContainerInput, PodSpecInput } from '../../../src/model/object.ts';
import { podWith, podWithContainer, pathsOf, problemsOf } from './problems.ts';

const at = 'spec.containers[0]';
const volumes = [{ name: 'data' }];

describe('a container', () => {
  it.each<readonly [string, Partial<ContainerInput>, string]>([
    ['a name that is no DNS label', { name: 'Web' }, `${at}.name`],
    ['no image', { image: '' }, `${at}.image`],
    ['an image with spaces', { image: ' busybox' }, `${at}.image`],
    ['restartPolicy outside init containers', { restartPolicy: 'Always' }, `${at}.restartPolicy`],
    ['a relative terminationMessagePath', { terminationMessagePath: 'log' }, `${at}.terminationMessagePath`],
    ['a port of 0', { ports: [{ containerPort: 0 }] }, `${at}.ports[0].containerPort`],
    ['a port above 65535', { ports: [{ containerPort: 65_536 }] }, `${at}.ports[0].containerPort`],
    ['a host port above 65535', { ports: [{ containerPort: 80, hostPort: 70_000 }] }, `${at}.ports[0].hostPort`],
    ['a host address that is none', { ports: [{ containerPort: 80, hostIP: 'localhost' }] }, `${at}.ports[0].hostIP`],
    ['a port name that is too long', { ports: [{ containerPort: 80, name: 'a-very-long-name' }] }, `${at}.ports[0].name`],
    ['a port name twice', { ports: [{ containerPort: 80, name: 'http' }, { containerPort: 81, name: 'http' }] }, `${at}.ports[1].name`],
    ['a port twice', { ports: [{ containerPort: 80 }, { containerPort: 80 }] }, `${at}.ports[1]`],
    ['a variable name with "="', { env: [{ name: 'A=B' }] }, `${at}.env[0].name`],
    ['a variable twice', { env: [{ name: 'A' }, { name: 'A' }] }, `${at}.env[1].name`],
    ['value and valueFrom', { env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }, `${at}.env[0].valueFrom`],
    ['valueFrom without a source', { env: [{ name: 'A', valueFrom: {} }] }, `${at}.env[0].valueFrom`],
    ['valueFrom with two sources', { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' }, secretKeyRef: { name: 'a', key: 'b' } } }] }, `${at}.env[0].valueFrom`],
    ['a field that containers are not told', { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.containers' } } }] }, `${at}.env[0].valueFrom.fieldRef.fieldPath`],
    ['a label key that is none', { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a b']" } } }] }, `${at}.env[0].valueFrom.fieldRef.fieldPath`],
    ['all labels in a variable', { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } }] }, `${at}.env[0].valueFrom.fieldRef.fieldPath`],
    ['a resource that containers are not told', { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.pods' } } }] }, `${at}.env[0].valueFrom.resourceFieldRef.resource`],
    ['a divisor that is no quantity', { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: 'x' } } }] }, `${at}.env[0].valueFrom.resourceFieldRef.divisor`],
    ['a key that is none', { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'a', key: 'b/c' } } }] }, `${at}.env[0].valueFrom.configMapKeyRef.key`],
    ['envFrom without a source', { envFrom: [{ prefix: 'A_' }] }, `${at}.envFrom[0]`],
    ['envFrom with a wrong prefix', { envFrom: [{ prefix: '1', secretRef: { name: 'a' } }] }, `${at}.envFrom[0].prefix`],
    ['envFrom with a wrong name', { envFrom: [{ configMapRef: { name: 'A' } }] }, `${at}.envFrom[0].configMapRef.name`],
    ['an amount that is no quantity', { resources: { limits: { cpu: '1 core' } } }, `${at}.resources.limits[cpu]`],
    ['an amount below 0', { resources: { requests: { memory: '-1Mi' } } }, `${at}.resources.requests[memory]`],
    ['a request above its limit', { resources: { limits: { cpu: '1' }, requests: { cpu: '1100m' } } }, `${at}.resources.requests[cpu]`],
    ['a resource nobody knows', { resources: { requests: { gpu: '1' } } }, `${at}.resources.requests[gpu]`],
    ['a resource of others without limit', { resources: { requests: { 'example.com/gpu': '1' } } }, `${at}.resources.requests[example.com/gpu]`],
    ['half of a resource of others', { resources: { limits: { 'example.com/gpu': '500m' } } }, `${at}.resources.requests[example.com/gpu]`],
    ['a mount without a volume', { volumeMounts: [{ name: 'nothing', mountPath: '/a' }] }, `${at}.volumeMounts[0].name`],
    ['a mount without a path', { volumeMounts: [{ name: 'data', mountPath: '' }] }, `${at}.volumeMounts[0].mountPath`],
    ['a mount with ":"', { volumeMounts: [{ name: 'data', mountPath: '/a:b' }] }, `${at}.volumeMounts[0].mountPath`],
    ['two mounts at one path', { volumeMounts: [{ name: 'data', mountPath: '/a' }, { name: 'data', mountPath: '/a' }] }, `${at}.volumeMounts[1].mountPath`],
    ['an absolute subPath', { volumeMounts: [{ name: 'data', mountPath: '/a', subPath: '/b' }] }, `${at}.volumeMounts[0].subPath`],
    ['a subPath that climbs', { volumeMounts: [{ name: 'data', mountPath: '/a', subPath: 'b/../../c' }] }, `${at}.volumeMounts[0].subPath`],
    ['a subPathExpr that climbs', { volumeMounts: [{ name: 'data', mountPath: '/a', subPathExpr: '../$(A)' }] }, `${at}.volumeMounts[0].subPathExpr`],
    ['subPath and subPathExpr', { volumeMounts: [{ name: 'data', mountPath: '/a', subPath: 'b', subPathExpr: 'c' }] }, `${at}.volumeMounts[0].subPathExpr`],
    ['a user below 0', { securityContext: { runAsUser: -1 } }, `${at}.securityContext.runAsUser`],
    ['root where root is refused', { securityContext: { runAsUser: 0, runAsNonRoot: true } }, `${at}.securityContext.runAsUser`],
    ['all privileges without escalation', { securityContext: { privileged: true, allowPrivilegeEscalation: false } }, `${at}.securityContext.allowPrivilegeEscalation`],
    ['an empty capability', { securityContext: { capabilities: { add: [''] } } }, `${at}.securityContext.capabilities.add[0]`],
  ])('is refused with %s', (_what, container, path) => {
    expect(pathsOf(problemsOf('Pod', podWithContainer(container, { volumes })))).toEqual([path]);
  });

  it('may climb within a name of a subPath', () => {
    expect(problemsOf('Pod', podWithContainer({ volumeMounts: [{ name: 'data', mountPath: '/a', subPath: '..b/c..' }] }, { volumes }))).toEqual([]);
  });
});

describe('probes and hooks', () => {
  const tcpSocket = { port: 80 };
  it.each<readonly [string, Partial<ContainerInput>, string]>([
    ['no action', { livenessProbe: {} }, 'livenessProbe'],
    ['two actions', { readinessProbe: { tcpSocket, exec: { command: ['true'] } } }, 'readinessProbe'],
    ['an empty command', { livenessProbe: { exec: { command: [] } } }, 'livenessProbe.exec.command'],
    ['a port of 0', { livenessProbe: { tcpSocket: { port: 0 } } }, 'livenessProbe.tcpSocket.port'],
    ['a number as text for port', { livenessProbe: { httpGet: { port: '80' } } }, 'livenessProbe.httpGet.port'],
    ['a wrong port name', { livenessProbe: { httpGet: { port: 'HTTP' } } }, 'livenessProbe.httpGet.port'],
    ['a wrong header', { livenessProbe: { httpGet: { port: 80, httpHeaders: [{ name: 'a b', value: 'c' }] } } }, 'livenessProbe.httpGet.httpHeaders[0].name'],
    ['a header of two lines', { livenessProbe: { httpGet: { port: 80, httpHeaders: [{ name: 'a', value: 'b\r\nc' }] } } }, 'livenessProbe.httpGet.httpHeaders[0].value'],
    ['a grpc port of 0', { livenessProbe: { grpc: { port: 0 } } }, 'livenessProbe.grpc.port'],
    ['a delay below 0', { livenessProbe: { tcpSocket, initialDelaySeconds: -1 } }, 'livenessProbe.initialDelaySeconds'],
    ['a timeout of 0', { readinessProbe: { tcpSocket, timeoutSeconds: 0 } }, 'readinessProbe.timeoutSeconds'],
    ['a period of 0', { readinessProbe: { tcpSocket, periodSeconds: 0 } }, 'readinessProbe.periodSeconds'],
    ['a successThreshold of 0', { readinessProbe: { tcpSocket, successThreshold: 0 } }, 'readinessProbe.successThreshold'],
    ['a failureThreshold of 0', { readinessProbe: { tcpSocket, failureThreshold: 0 } }, 'readinessProbe.failureThreshold'],
    ['a successThreshold of 2 for liveness', { livenessProbe: { tcpSocket, successThreshold: 2 } }, 'livenessProbe.successThreshold'],
    ['a successThreshold of 2 for startup', { startupProbe: { tcpSocket, successThreshold: 2 } }, 'startupProbe.successThreshold'],
    ['a grace period for readiness', { readinessProbe: { tcpSocket, terminationGracePeriodSeconds: 5 } }, 'readinessProbe.terminationGracePeriodSeconds'],
    ['a grace period of 0', { livenessProbe: { tcpSocket, terminationGracePeriodSeconds: 0 } }, 'livenessProbe.terminationGracePeriodSeconds'],
    ['a hook without action', { lifecycle: { preStop: {} } }, 'lifecycle.preStop'],
    ['a hook that sleeps past the grace period', { lifecycle: { preStop: { sleep: { seconds: 31 } } } }, 'lifecycle.preStop.sleep.seconds'],
  ])('are refused with %s', (_what, container, path) => {
    expect(pathsOf(problemsOf('Pod', podWithContainer(container)))).toEqual([`${at}.${path}`]);
  });

  it('take a readiness successThreshold above 1', () => {
    expect(problemsOf('Pod', podWithContainer({ readinessProbe: { tcpSocket, successThreshold: 3 } }))).toEqual([]);
  });
});

describe('the containers of a Pod', () => {
  const web: ContainerInput = { name: 'web', image: 'busybox:1.36' };
  const probed: ContainerInput = { ...web, name: 'init', livenessProbe: { tcpSocket: { port: 80 } } };
  it.each<readonly [string, Partial<PodSpecInput>, string]>([
    ['none', { containers: [] }, 'spec.containers'],
    ['a name twice', { containers: [web, web] }, 'spec.containers[1].name'],
    ['the name of an init container', { initContainers: [web] }, 'spec.initContainers[0].name'],
    ['a probe on an init container', { initContainers: [probed] }, 'spec.initContainers[0].livenessProbe'],
    ['a host port twice', { containers: [{ ...web, ports: [{ containerPort: 80, hostPort: 8080 }] }, { ...web, name: 'b', ports: [{ containerPort: 81, hostPort: 8080 }] }] }, 'spec.containers'],
    ['another host port on the network of the node', { hostNetwork: true, containers: [{ ...web, ports: [{ containerPort: 80, hostPort: 8080 }] }] }, 'spec.containers[0].ports[0].hostPort'],
  ])('are refused with %s', (_what, spec, path) => {
    expect(pathsOf(problemsOf('Pod', podWith(spec)))).toEqual([path]);
  });

  it('may probe a sidecar, and share a host port by address or protocol', () => {
    expect(problemsOf('Pod', podWith({ initContainers: [{ ...probed, restartPolicy: 'Always' }] }))).toEqual([]);
    const ports = [{ containerPort: 80, hostPort: 8080, hostIP: '10.0.0.1' }, { containerPort: 81, hostPort: 8080, hostIP: '10.0.0.2' }, { containerPort: 80, hostPort: 8080, protocol: 'UDP' as const }];
    expect(problemsOf('Pod', podWithContainer({ ports }))).toEqual([]);
  });
});
