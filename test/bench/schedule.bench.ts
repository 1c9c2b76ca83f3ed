import { podInfoOf } from '../../src/scheduler/pod-info.ts';
import { schedule } from '../../src/scheduler/schedule.ts';
import { aNode, aPod, clusterOf } from '../unit/scheduler/objects.ts';

/** Prints how many Pods a second one core places, deciding and counting each. Run: `node --import tsx test/bench/schedule.bench.ts`. */
for (const nodes of [10, 100, 1000, 5000]) {
  const cluster = clusterOf(Array.from({ length: nodes }, (_, i) => aNode(`node-${i}`, { allocatable: { cpu: '64', memory: '256Gi' }, labels: { zone: `z${i % 3}` }, images: [{ names: ['busybox:1'], sizeBytes: 5e7 }] })));
  const count = 5000;
  const pods = Array.from({ length: count }, (_, i) => aPod(`pod-${i}`, { requests: { cpu: '100m', memory: '128Mi' }, ...(i % 2 ? { nodeSelector: { zone: 'z1' } } : {}) }));
  const startedMs = performance.now();
  let startIndex = 0, placed = 0;
  for (const pod of pods) {
    const info = podInfoOf(pod);
    const decision = schedule(info, cluster, { startIndex });
    startIndex = decision.nextIndex;
    if (decision.type === 'refused') continue;
    cluster.assume(info, decision.nodeName);
    placed++;
  }
  const placing = performance.now() - startedMs;
  const huge = podInfoOf(aPod('huge', { requests: { cpu: '1000' } }));
  const refusedMs = performance.now();
  for (let i = 0; i < 200; i++) schedule(huge, cluster, { startIndex: i });
  console.log(`${nodes} nodes: ${Math.round((placed / placing) * 1000)} Pods/s placed (${placed} of ${count}); a refusal by every node takes ${((performance.now() - refusedMs) / 200).toFixed(2)} ms`);
}
