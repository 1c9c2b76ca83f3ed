import type { Node, Pod } from '../../src/model/object.ts';
import { demandOf } from '../../src/scheduler/demand.ts';
import { KeptSearches } from '../../src/scheduler/kept-searches.ts';
import { podInfoOf } from '../../src/scheduler/pod-info.ts';
import { schedule } from '../../src/scheduler/schedule.ts';
import { aNode, aPod, clusterOf } from '../unit/scheduler/objects.ts';
import type { Bench, Row } from './bench.ts';
import { runBench } from './run-bench.ts';
import { millis, rate } from './support/measure.ts';

const podCount = 5000;

/** Decisions alone: how many Pods a second one core places, deciding and counting each, where many ask for the same and where none do; and what a refusal by every node takes. */
const bench: Bench = async (tell) => {
  const rows: Row[] = [];
  for (const count of [100, 5000]) {
    tell(`${count} nodes`);
    const nodes = Array.from({ length: count }, (_, i) => aNode(`node-${i}`, {
      allocatable: { cpu: '64', memory: '256Gi', pods: '250' }, labels: { zone: `z${i % 3}` }, images: [{ names: ['busybox:1'], sizeBytes: 5e7 }],
    }));
    const podOf = (i: number, cpu: string): Pod => aPod(`pod-${i}`, { requests: { cpu, memory: '128Mi' }, ...(i % 2 ? { nodeSelector: { zone: 'z1' } } : {}) });
    placeAll(nodes, Array.from({ length: 1000 }, (_, i) => podOf(i, `${i}m`)));
    const equal = placeAll(nodes, Array.from({ length: podCount }, (_, i) => podOf(i, '100m')));
    const different = placeAll(nodes, Array.from({ length: podCount }, (_, i) => podOf(i, `${50 + (i % 100)}.${i}m`)));
    const cluster = clusterOf(nodes), huge = podInfoOf(aPod('huge', { requests: { cpu: '1000' } })), refusingMs = performance.now();
    for (let i = 0; i < 100; i++) schedule(huge, cluster, { startIndex: i });
    const refusal = millis((performance.now() - refusingMs) / 100);
    rows.push({ what: `scheduling: decisions alone, ${count.toLocaleString('en')} nodes`, reach: '', measured: `${rate(equal)} of two templates, ${rate(different)} all different; a refusal ${refusal}` });
  }
  return rows;
};

/** Decisions in a second of processor time. */
function placeAll(nodes: readonly Node[], pods: readonly Pod[]): number {
  const cluster = clusterOf(nodes), searches = new KeptSearches(cluster);
  const began = process.cpuUsage();
  let startIndex = 0, placed = 0;
  for (const pod of pods) {
    const info = podInfoOf(pod), decision = searches.decide(info, demandOf(info), { startIndex });
    startIndex = decision.nextIndex;
    if (decision.type === 'refused') continue;
    cluster.assume(info, decision.nodeName);
    placed++;
  }
  const { user, system } = process.cpuUsage(began);
  return (placed * 1e6) / (user + system);
}

await runBench(bench);
