import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Node, Pod, StoredObject } from '../../../src/model/object.ts';
import { podInfoOf } from '../../../src/scheduler/pod-info.ts';
import type { Change } from '../../../src/store/store.ts';
import { nodeOf, podOf } from './arbitraries.ts';
import { clusterOf } from './objects.ts';

type Step =
  | { readonly type: 'node'; readonly node: Node }
  | { readonly type: 'remove-node'; readonly name: string }
  | { readonly type: 'pod'; pod: Pod }
  | { readonly type: 'remove-pod'; readonly name: string }
  | { readonly type: 'assume'; pod: Pod; readonly nodeName: string }
  | { readonly type: 'forget'; readonly name: string };

const nodeName = fc.constantFrom('node-0', 'node-1', 'node-2');
const podName = fc.constantFrom('pod-0', 'pod-1', 'pod-2', 'pod-3');
const boundPod = fc.tuple(podOf(podName), fc.option(nodeName, { nil: undefined }), fc.constantFrom('Pending' as const, 'Running' as const, 'Succeeded' as const))
  .map(([pod, name, phase]): Pod => ({
    ...pod, spec: { ...pod.spec, ...(name ? { nodeName: name } : {}) }, status: { ...pod.status, phase: name ? phase : 'Pending' } }));
const step: fc.Arbitrary<Step> = fc.oneof(
  nodeOf(nodeName).map((node) => ({ type: 'node' as const, node })),
  nodeName.map((name) => ({ type: 'remove-node' as const, name })),
  boundPod.map((pod) => ({ type: 'pod' as const, pod })),
  podName.map((name) => ({ type: 'remove-pod' as const, name })),
  fc.tuple(podOf(podName), nodeName).map(([pod, name]) => ({ type: 'assume' as const, pod, nodeName: name })),
  podName.map((name) => ({ type: 'forget' as const, name })),
);

test('after any changes the cache equals one made new from the same state', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const cache = clusterOf([]);
    const nodes = new Map<string, Node>(), pods = new Map<string, Pod>(), assumed = new Map<string, Pod>();
    const change = (type: Change['type'], object: StoredObject): void => cache.apply({ revision: 1, type, object });
    for (const [index, { ...next }] of steps.entries()) {
      // A spec never changes without its generation.
      if (next.type === 'pod' || next.type === 'assume') next.pod = { ...next.pod, metadata: { ...next.pod.metadata, generation: index } };
      if (next.type === 'node') { change('MODIFIED', next.node); nodes.set(next.node.metadata.name, next.node); }
      if (next.type === 'remove-node' && nodes.has(next.name)) { change('DELETED', nodes.get(next.name)!); nodes.delete(next.name); }
      if (next.type === 'pod') {
        change('MODIFIED', next.pod);
        pods.set(next.pod.metadata.name, next.pod);
        if (next.pod.spec.nodeName !== undefined) assumed.delete(next.pod.metadata.name);
      }
      if (next.type === 'remove-pod' && pods.has(next.name)) { change('DELETED', pods.get(next.name)!); pods.delete(next.name); assumed.delete(next.name); }
      const name = next.type === 'assume' ? next.pod.metadata.name : '';
      if (next.type === 'assume' && pods.get(name)?.spec.nodeName === undefined) {
        const pod = pods.get(name) ?? next.pod;
        pods.set(name, pod);
        cache.assume(podInfoOf(pod), next.nodeName);
        assumed.set(name, { ...pod, spec: { ...pod.spec, nodeName: next.nodeName } });
      }
      if (next.type === 'forget') { cache.forget(`uid-${next.name}`); assumed.delete(next.name); }
    }
    const fresh = clusterOf([...nodes.values()], [...pods.values()].map((pod) => assumed.get(pod.metadata.name) ?? pod));
    expect(cache.nodes).toEqual(fresh.nodes);
    expect([...cache.imageNodes].sort()).toEqual([...fresh.imageNodes].sort());
  }), { numRuns: 300 });
});
