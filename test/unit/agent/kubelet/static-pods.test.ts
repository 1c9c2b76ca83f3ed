import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished, describe } from 'vitest';
import { systemClock } from '../../../../src/lib/clock.ts';
import type { Pod, PodInput } from '../../../../src/model/object.ts';
import { startKubelet } from '../../../../agent/kubelet/kubelet.ts';
import { mirrorOf } from '../../../../agent/kubelet/static/mirror.ts';
import { planMirrors } from '../../../../agent/kubelet/static/plan-mirrors.ts';
import { readManifest } from '../../../../agent/kubelet/static/read-manifest.ts';
import { startStaticPods } from '../../../../agent/kubelet/static/static-pods.ts';
import { simulatedProbe, simulatedVolumes } from '../../../../agent/kubelet/simulated-parts.ts';
import { createSimulatedRuntime } from '../../../../agent/runtime/simulated/simulated-runtime.ts';
import { LocalCluster } from '../../../integration/agent/local-cluster.ts';

const manifest = (image = 'image:1'): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: top, labels: {app: top}}\nspec: {containers: [{name: main, image: "${image}"}]}\n`;

describe('static Pods', () => {
  it('get the name of the node and the same uid for the same content', () => {
    const [pod] = readManifest('a.yaml', manifest(), 'node-1', 0);
    expect(pod?.metadata).toMatchObject({ name: 'top-node-1', namespace: 'default', labels: { app: 'top' }, annotations: { 'kubernetes.io/config.source': 'file', 'kubernetes.io/config.hash': pod?.metadata.uid } });
    expect(readManifest('a.yaml', manifest(), 'node-1', 99)[0]?.metadata.uid).toBe(pod?.metadata.uid);
    expect(readManifest('a.yaml', manifest('image:2'), 'node-1', 0)[0]?.metadata.uid).not.toBe(pod?.metadata.uid);
  });

  it('are refused with a reason', () => {
    const refused = (text: string) => () => readManifest('a.yaml', text, 'node-1', 0);
    expect(refused('kind: Service\nmetadata: {name: a}')).toThrow('only Pods');
    expect(refused('a: [')).toThrow();
    expect(refused(manifest().replace('image: "image:1"', 'image: "i", envFrom: [{secretRef: {name: s}}]'))).toThrow('may not refer');
  });

  it('are mirrored once; a mirror of nothing, and one that is being deleted, goes', () => {
    const [pod] = readManifest('a.yaml', manifest(), 'node-1', 0) as readonly [Pod];
    const mirror: Pod = { ...pod, metadata: { ...pod.metadata, ...mirrorOf(pod).metadata, uid: 'api' } as Pod['metadata'] };
    const deleted: Pod = { ...mirror, metadata: { ...mirror.metadata, deletionTimestamp: '2030-01-01T00:00:00.000Z' } };
    expect(planMirrors([pod], [])).toEqual({ create: [pod], remove: [] });
    expect(planMirrors([pod], [mirror])).toEqual({ create: [], remove: [] });
    expect(planMirrors([pod], [deleted])).toEqual({ create: [], remove: [deleted] });
    expect(planMirrors([], [mirror])).toEqual({ create: [], remove: [mirror] });
  });

  it('run before the cluster is known, appear in it, come back when their mirror is deleted, and end with their file', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'gantry-static-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(path.join(folder, 'top.yaml'), manifest());
    await writeFile(path.join(folder, '.hidden.yaml'), manifest());
    await writeFile(path.join(folder, 'bad.yaml'), 'kind: Service');
    const cluster = new LocalCluster();
    const runtime = createSimulatedRuntime({ clock: systemClock });
    const logger = pino({ level: 'silent' });
    const kubelet = startKubelet({
      view: cluster.view, runtime, volumes: simulatedVolumes, status: cluster, events: cluster, probe: simulatedProbe, clock: systemClock, logger,
      node: () => ({ hostIP: '192.0.2.1', allocatable: {}, clusterDomain: 'cluster.local', memoryBytes: 1 }),
    });
    const client = {
      create: (_: string, { metadata, spec }: PodInput) => Promise.resolve(cluster.createPod(metadata.name ?? '', spec, { labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} })),
      delete: (_: string, { name }: { name: string }) => (cluster.erase(cluster.pod(name)), Promise.resolve()),
      updateStatus: (_: string, { name }: { name: string }, status: Pod['status']) => cluster.updatePodStatus(cluster.pod(name), status),
    } as unknown as Parameters<typeof startStaticPods>[0]['client'];
    const statics = startStaticPods({ folder, nodeName: 'node-1', kubelet, view: cluster.view, client, clock: systemClock, logger, rescanMs: 30 });
    onTestFinished(async () => {
      statics[Symbol.dispose]();
      await kubelet[Symbol.asyncDispose]();
    });
    const isRunning = () => runtime.all().some((one) => 'name' in one && one.name === 'main' && one.phase === 'running');
    await cluster.until('it runs', isRunning);
    expect(cluster.view.synced).toBe(false);
    cluster.sync();
    await cluster.until('it is shown', () => cluster.hasPod('top-node-1'));
    expect(cluster.pod('top-node-1').metadata.annotations).toHaveProperty(['kubernetes.io/config.mirror']);
    expect(runtime.all()).toHaveLength(2);
    const first = cluster.pod('top-node-1').metadata.uid;
    cluster.deletePod('top-node-1');
    await cluster.until('it is shown again', () => cluster.hasPod('top-node-1') && cluster.pod('top-node-1').metadata.uid !== first);
    expect(isRunning()).toBe(true);
    await rm(path.join(folder, 'top.yaml'));
    await cluster.until('it is ended', () => runtime.all().length === 0);
    await cluster.until('it is no longer shown', () => !cluster.hasPod('top-node-1'));
  });
});
