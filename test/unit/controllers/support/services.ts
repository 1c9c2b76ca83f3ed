import fc from 'fast-check';
import type { Container, Pod, Service } from '../../../../src/model/object.ts';
import { SimulatedCluster } from '../../../support/simulated-cluster.ts';
import { podWith } from './objects.ts';
import type { PodFacts } from './objects.ts';
import { podFacts } from './arbitraries.ts';

const base = baseService();

/** The Service `web`, with a port by name and one by number. */
export function aService(spec: Partial<Service['spec']> = {}): Service {
  return { ...base, spec: { ...base.spec, ...spec } };
}

interface PodSketch {
  readonly state: PodFacts;
  /** Without its last part. */
  readonly address: string | undefined;
  readonly httpPort: number | undefined;
  readonly node: string | undefined;
}

const anyPod: fc.Arbitrary<PodSketch> = fc.record({ state: podFacts, address: fc.constantFrom('10.0.0.', 'fd00::', undefined), httpPort: fc.constantFrom(8080, 9090, undefined), node: fc.constantFrom('node-1', 'node-2', undefined) });
const usualPod: fc.Arbitrary<PodSketch> = fc.record({ readyFor: fc.constantFrom(5, undefined), node: fc.constantFrom('node-1', 'node-2') }).map(({ readyFor, node }) => ({ state: { phase: 'Running' as const, isGoing: false, readyFor }, address: '10.0.0.', httpPort: 8080, node }));

/** A few Pods with and without an address; they lack the named port, or have it at one of two numbers. */
export const fewPods: fc.Arbitrary<readonly Pod[]> = podsFrom(fc.array(anyPod, { maxLength: 12 }));
/** Few Pods, or so many alike that they need up to four slices. */
export const manyPods: fc.Arbitrary<readonly Pod[]> = fc.oneof(fewPods, podsFrom(fc.array(fc.oneof({ weight: 19, arbitrary: usualPod }, { weight: 1, arbitrary: anyPod }), { minLength: 90, maxLength: 320, size: 'max' })));

function podsFrom(facts: fc.Arbitrary<readonly PodSketch[]>): fc.Arbitrary<readonly Pod[]> {
  return facts.map((given) => given.map(({ state, address, httpPort, node }, index) => {
    const pod = podWith(`pod-${index}`, state);
    const containers = pod.spec.containers.map((container): Container => ({ ...container, ports: httpPort === undefined ? [] : [{ name: 'http', containerPort: httpPort, protocol: 'TCP' }] }));
    return { ...pod, spec: { ...pod.spec, containers, nodeName: node }, status: { ...pod.status, podIP: address === undefined ? undefined : `${address}${index + 1}` } };
  }));
}

function baseService(): Service {
  const cluster = new SimulatedCluster();
  cluster.apply([{ verb: 'create', kind: 'Service', input: { metadata: { name: 'web', labels: { team: 'blue' } }, spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }, { name: 'raw', port: 81, targetPort: 7000 }] } } }]);
  const service = cluster.snapshot.get('Service', 'default', 'web');
  if (!service) throw new Error('not made');
  return service;
}
