import { describe, expect, it } from 'vitest';
import { kinds } from '../../../src/kinds/index.ts';
import { virtualAddressOf } from '../../../src/kinds/service/service-address.ts';
import type { ServiceInput, ServicePort, ServiceSpecInput } from '../../../src/model/object.ts';
import { minimalInput } from '../../support/arbitraries/minimal-inputs.ts';
import { storedObject } from '../../support/arbitraries/stored.ts';
import { pathsOf, problemsOf, updateProblemsOf } from './problems.ts';

const smallest: ServiceInput = minimalInput('Service');
const serviceWith = (spec: Partial<ServiceSpecInput>): ServiceInput => ({ ...smallest, spec: { ...smallest.spec, ...spec } });
const given = { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'] };
const specOf = (spec: Partial<ServiceSpecInput>) => kinds.Service.applyDefaults(serviceWith(spec)).spec;
const carry = (next: Partial<ServiceSpecInput>, previous: Partial<ServiceSpecInput>) => kinds.Service.carryOver?.({ spec: specOf(next) }, { spec: specOf(previous) }).spec;
const port = (change: Partial<ServicePort> = {}) => ({ port: 80, ...change });

describe('the defaults of a Service', () => {
  it('are those of Kubernetes', () => {
    expect(specOf({})).toEqual({ type: 'ClusterIP', ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }], externalIPs: [], sessionAffinity: 'None', internalTrafficPolicy: 'Cluster', publishNotReadyAddresses: false });
    expect(specOf({ type: 'LoadBalancer' })).toMatchObject({ externalTrafficPolicy: 'Cluster', allocateLoadBalancerNodePorts: true });
    expect(specOf({ sessionAffinity: 'ClientIP' }).sessionAffinityConfig).toEqual({ clientIP: { timeoutSeconds: 10_800 } });
    expect(specOf({ clusterIP: 'None' }).clusterIPs).toEqual(['None']);
  });
});

describe('a Service', () => {
  it.each<readonly [string, Partial<ServiceSpecInput>, string]>([
    ['no ports', { ports: [] }, 'spec.ports'],
    ['a port of 0', { ports: [port({ port: 0, targetPort: 80 })] }, 'spec.ports[0].port'],
    ['a wrong target port', { ports: [port({ targetPort: 'HTTP' })] }, 'spec.ports[0].targetPort'],
    ['several ports, one without name', { ports: [port({ name: 'a' }), port({ port: 81 })] }, 'spec.ports[1].name'],
    ['a port name twice', { ports: [port({ name: 'a' }), port({ port: 81, name: 'a' })] }, 'spec.ports[1].name'],
    ['a port twice', { ports: [port({ name: 'a' }), port({ name: 'b' })] }, 'spec.ports[1]'],
    ['a node port twice', { type: 'NodePort', ports: [port({ name: 'a', nodePort: 30_000 }), port({ port: 81, name: 'b', nodePort: 30_000 })] }, 'spec.ports[1].nodePort'],
    ['a node port with type ClusterIP', { ports: [port({ nodePort: 30_000 })] }, 'spec.ports[0].nodePort'],
    ['a port name that is none', { ports: [port({ name: 'A' })] }, 'spec.ports[0].name'],
    ['a wrong selector', { selector: { app: '-' } }, 'spec.selector[app]'],
    ['a cluster IP that is none', { clusterIP: 'x' }, 'spec.clusterIP'],
    ['a list that starts with another cluster IP', { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.8'] }, 'spec.clusterIPs'],
    ['two cluster IPs', { clusterIPs: ['10.96.0.7', '10.96.0.8'] }, 'spec.clusterIPs'],
    ['no address and type NodePort', { type: 'NodePort', clusterIP: 'None' }, 'spec.clusterIP'],
    ['an external address that is none', { externalIPs: ['x'] }, 'spec.externalIPs[0]'],
    ['ExternalName without name', { type: 'ExternalName' }, 'spec.externalName'],
    ['ExternalName with a wrong name', { type: 'ExternalName', externalName: 'a_b' }, 'spec.externalName'],
    ['ExternalName with a cluster IP', { type: 'ExternalName', externalName: 'a.b', clusterIP: '10.96.0.7' }, 'spec.clusterIP'],
    ['an affinity of 0 seconds', { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } } }, 'spec.sessionAffinityConfig.clientIP.timeoutSeconds'],
    ['an affinity of more than a day', { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } } }, 'spec.sessionAffinityConfig.clientIP.timeoutSeconds'],
    ['a traffic policy for nothing', { externalTrafficPolicy: 'Local' }, 'spec.externalTrafficPolicy'],
    ['an address of a balancer that is not wanted', { loadBalancerIP: '10.0.0.1' }, 'spec.loadBalancerIP'],
    ['a class of a balancer that is not wanted', { loadBalancerClass: 'example.com/lb' }, 'spec.loadBalancerClass'],
    ['ranges for a balancer that is not wanted', { type: 'NodePort', loadBalancerSourceRanges: ['10.0.0.0/8'] }, 'spec.loadBalancerSourceRanges'],
    ['a class that is no label', { type: 'LoadBalancer', loadBalancerClass: 'a b' }, 'spec.loadBalancerClass'],
    ['a range that is none', { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/8', '10.0.0.1'] }, 'spec.loadBalancerSourceRanges[1]'],
    ['a health check port that is a node port too', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 30_001, ports: [{ port: 80, nodePort: 30_001 }] }, 'spec.healthCheckNodePort'],
    ['a health check port with type NodePort', { type: 'NodePort', healthCheckNodePort: 30_001 }, 'spec.healthCheckNodePort'],
  ])('is refused with %s', (_what, spec, path) => {
    expect(pathsOf(problemsOf('Service', serviceWith(spec)))).toEqual([path]);
  });

  it.each<readonly [string, Partial<ServiceSpecInput>]>([
    ['one number with TCP and UDP', { ports: [port({ name: 'a' }), port({ name: 'b', protocol: 'UDP' })] }],
    ['no ports where it is headless', { clusterIP: 'None', ports: [] }],
    ['no ports where it is a name', { type: 'ExternalName', externalName: 'db.example.com.', ports: [] }],
    ['no selector', { selector: undefined }],
  ])('may have %s', (_what, spec) => {
    expect(problemsOf('Service', serviceWith(spec))).toEqual([]);
  });

  it('keeps its address for life, but not past ExternalName', () => {
    expect(pathsOf(updateProblemsOf('Service', serviceWith(given), serviceWith({ clusterIP: '10.96.0.8' })))).toEqual(['spec.clusterIP']);
    expect(pathsOf(updateProblemsOf('Service', serviceWith(given), serviceWith({ clusterIP: 'None' })))).toEqual(['spec.clusterIP']);
    expect(updateProblemsOf('Service', serviceWith(given), serviceWith({ type: 'ExternalName', externalName: 'a.b' }))).toEqual([]);
    expect(updateProblemsOf('Service', serviceWith({}), serviceWith(given))).toEqual([]);
  });

  it('has a virtual address unless it is headless or a name', () => {
    expect([given, { clusterIP: 'None' }, { type: 'ExternalName' as const, externalName: 'a' }, {}].map((spec) => virtualAddressOf(storedObject('Service', serviceWith(spec))))).toEqual(['10.96.0.7', undefined, undefined, undefined]);
  });
});

describe('an update of a Service', () => {
  const open = { ...given, type: 'NodePort' as const, ports: [port({ nodePort: 30_080 })] };

  it('keeps address and node ports that the client leaves out', () => {
    expect(carry({ type: 'NodePort' }, open)).toMatchObject({ ...given, ports: [{ port: 80, nodePort: 30_080 }] });
    expect(carry({ type: 'LoadBalancer' }, open)).toMatchObject({ ports: [{ nodePort: 30_080 }] });
  });

  it('does not give a node port to two ports', () => {
    const next = carry({ type: 'NodePort', ports: [port({ name: 'a' }), port({ port: 81, name: 'b', nodePort: 30_080 })] }, open);
    expect(next?.ports.map(({ nodePort }) => nodePort)).toEqual([undefined, 30_080]);
  });

  it('releases what its new type has no use for', () => {
    const closed = carry({ type: 'ClusterIP', ports: open.ports, externalTrafficPolicy: 'Cluster' }, open);
    expect(closed).toEqual({ ...specOf({}), ...given });
    expect(carry({ type: 'ExternalName', externalName: 'a.b', ...given }, open)).not.toHaveProperty('clusterIP');
    expect(carry({ ...given, type: 'ClusterIP', externalName: 'a.b' }, { type: 'ExternalName', externalName: 'a.b' })).not.toHaveProperty('externalName');
  });

  it('leaves to validation what the client asks for anew', () => {
    expect(carry({ type: 'ClusterIP', ports: [port({ nodePort: 30_081 })] }, open)?.ports[0]?.nodePort).toBe(30_081);
  });
});

it('refuses a status with an address that is none', () => {
  const { status } = storedObject('Service', smallest);
  expect(pathsOf(kinds.Service.validateStatus?.({ ...status, loadBalancer: { ingress: [{ ip: 'x' }, {}, { ip: '192.0.2.1', nodeName: 'A' }] } }, status) ?? [])).toEqual(['status.loadBalancer.ingress[0].ip', 'status.loadBalancer.ingress[1]', 'status.loadBalancer.ingress[2].nodeName']);
});

it('refuses another class while the type is LoadBalancer, and another port for health checks while the policy is Local', () => {
  const local = { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 30_001, loadBalancerClass: 'example.com/lb' } as const;
  const changed = (spec: object) => pathsOf(updateProblemsOf('Service', { ...smallest, spec: { ...smallest.spec, ...local } }, { ...smallest, spec: { ...smallest.spec, ...local, ...spec } }));
  expect(changed({ loadBalancerClass: 'example.com/other', healthCheckNodePort: 30_002 })).toEqual(['spec.loadBalancerClass', 'spec.healthCheckNodePort']);
  expect(changed({ loadBalancerSourceRanges: ['192.0.2.0/24'], loadBalancerIP: '192.0.2.1' })).toEqual([]);
});
