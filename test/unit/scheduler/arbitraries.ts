import fc from 'fast-check';
import type { Node, Pod, Taint, Toleration } from '../../../src/model/object.ts';
import { aNode, aPod } from './objects.ts';

const cpu = fc.constantFrom('0', '100m', '500m', '1', '1500m', '3');
const memory = fc.constantFrom('0', '64Mi', '1Gi', '2G', '5Gi');
const requests = fc.record({ cpu, memory, 'example.com/gpu': fc.constantFrom('0', '1', '2') }, { requiredKeys: [] });
const key = fc.constantFrom('k1', 'k2');
const value = fc.constantFrom('x', 'y');
const effect = fc.constantFrom('NoSchedule' as const, 'PreferNoSchedule' as const, 'NoExecute' as const);
const taint: fc.Arbitrary<Taint> = fc.record({ key, value, effect });
const toleration: fc.Arbitrary<Toleration> = fc.record({ key, value, operator: fc.constantFrom('Equal' as const, 'Exists' as const) });
const labels = fc.dictionary(key, value, { maxKeys: 2 });
const hostPorts = fc.array(fc.record({ hostPort: fc.constantFrom(80, 81), hostIP: fc.constantFrom('0.0.0.0', '10.0.0.1', '10.0.0.2'), protocol: fc.constantFrom('TCP' as const, 'UDP' as const) }), { maxLength: 2 });

/** Nodes of different sizes, labels and taints, some cordoned. */
export function nodeOf(name: fc.Arbitrary<string>): fc.Arbitrary<Node> {
  return fc.tuple(name, fc.record({
    allocatable: fc.record({ cpu: fc.constantFrom('0', '1', '2', '4'), memory: fc.constantFrom('1Gi', '4Gi', '8G'), pods: fc.constantFrom('1', '3', '110'), 'example.com/gpu': fc.constantFrom('0', '2') }),
    labels, taints: fc.array(taint, { maxLength: 2 }), unschedulable: fc.boolean(),
    images: fc.array(fc.record({ names: fc.constantFrom(['app:1'], ['busybox:1']), sizeBytes: fc.constantFrom(1e7, 1e9) }), { maxLength: 1 }),
  })).map(([nodeName, sketch]) => aNode(nodeName, sketch));
}

/** Pods that ask for different things. */
export function podOf(name: fc.Arbitrary<string>): fc.Arbitrary<Pod> {
  return fc.tuple(name, fc.record({
    requests, hostPorts, nodeSelector: fc.dictionary(key, value, { maxKeys: 1 }), tolerations: fc.array(toleration, { maxLength: 2 }),
    init: fc.array(fc.record({ requests, isSidecar: fc.boolean() }), { maxLength: 2 }),
  })).map(([podName, sketch]) => aPod(podName, sketch));
}

/** Some nodes with names of their own. */
export const someNodes: fc.Arbitrary<readonly Node[]> = fc.array(nodeOf(fc.constant('n')), { maxLength: 6 })
  .map((nodes) => nodes.map((node, i) => ({ ...node, metadata: { ...node.metadata, name: `node-${i}`, uid: `uid-node-${i}` } })));

/** Some Pods with names of their own. */
export const somePods: fc.Arbitrary<readonly Pod[]> = fc.array(podOf(fc.constant('p')), { maxLength: 20 })
  .map((pods) => pods.map((pod, i) => ({ ...pod, metadata: { ...pod.metadata, name: `pod-${i}`, uid: `uid-pod-${i}` } })));
