import { podInfoOf } from '../../src/scheduler/pod-info.ts';
import { schedule } from '../../src/scheduler/schedule.ts';
import { aNode, aPod, clusterOf } from '../unit/scheduler/objects.ts';
import type { Bench, Row } from './bench.ts';
import { millis, rate } from './support/measure.ts';

const podCount = 5000;

/** Decisions alone: how many Pods a second one core places, deciding and counting each, and what a refusal by every node takes. */
export const bench: Bench = async (tell) => {
  const rows: Row[] = [];
  for (const nodes of [100, 5000]) {
    tell(`${nodes} nodes`);
    const cluster = clusterOf(Array.from({ length: nodes }, (_, i) => aNode(`node-${i}`, {
      allocatable: { cpu: '64', memory: '256Gi', pods: '250' }, labels: { zone: `z${i % 3}` }, images: [{ names: ['busybox:1'], sizeBytes: 5e7 }],
    })));
    const pods = Array.from({ length: podCount }, (_, i) => aPod(`pod-${i}`, { requests: { cpu: '100m', memory: '128Mi' }, ...(i % 2 ? { nodeSelector: { zone: 'z1' } } : {}) }));
    const beganMs = performance.now();
    let startIndex = 0, placed = 0;
    for (const pod of pods) {
      const info = podInfoOf(pod), decision = schedule(info, cluster, { startIndex });
      startIndex = decision.nextIndex;
      if (decision.type === 'refused') continue;
      cluster.assume(info, decision.nodeName);
      placed++;
    }
    const placingMs = performance.now() - beganMs;
    const huge = podInfoOf(aPod('huge', { requests: { cpu: '1000' } })), refusingMs = performance.now();
    for (let i = 0; i < 100; i++) schedule(huge, cluster, { startIndex: i });
    rows.push({ what: `scheduling: decisions alone, ${nodes.toLocaleString('en')} nodes`, reach: '', measured: `${rate((placed * 1000) / placingMs)}; a refusal ${millis((performance.now() - refusingMs) / 100)}` });
  }
  return rows;
};
