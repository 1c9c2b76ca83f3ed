import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src/lib/clock.ts';
import { isConditionTrue } from '../../../../src/model/conditions.ts';
import { startKubelet } from '../../../../agent/kubelet/kubelet.ts';
import type { Kubelet } from '../../../../agent/kubelet/kubelet.ts';
import { simulatedProbe, simulatedVolumes } from '../../../../agent/kubelet/simulated-parts.ts';
import { createSimulatedRuntime } from '../../../../agent/runtime/simulated/simulated-runtime.ts';
import type { SimulatedRuntime } from '../../../../agent/runtime/simulated/simulated-runtime.ts';
import { LocalCluster } from '../../../integration/agent/local-cluster.ts';

const spec = { containers: [{ name: 'main', image: 'image:1' }] };

describe('the kubelet on a simulated machine', () => {
  let cluster: LocalCluster;
  let runtime: SimulatedRuntime;
  let kubelet: Kubelet | undefined;
  const start = (): Kubelet => (kubelet = startKubelet({
    view: cluster.view, runtime, volumes: simulatedVolumes, status: cluster, events: cluster, probe: simulatedProbe, clock: systemClock, logger: pino({ level: 'silent' }),
    node: () => ({ hostIP: '192.0.2.1', allocatable: {}, clusterDomain: 'cluster.local', memoryBytes: 2 ** 34 }), relistMs: 50,
  }));
  const isReady = (name: string): boolean => isConditionTrue(cluster.pod(name).status.conditions, 'Ready');
  beforeEach(() => {
    cluster = new LocalCluster();
    runtime = createSimulatedRuntime({ clock: systemClock });
  });
  afterEach(async () => {
    await kubelet?.[Symbol.asyncDispose]();
    kubelet = undefined;
  });

  it('runs a hundred Pods and clears them away', async () => {
    cluster.sync();
    start();
    const names = Array.from({ length: 100 }, (_, index) => `pod-${index}`);
    for (const name of names) cluster.createPod(name, spec);
    await cluster.until('all are ready', () => names.every(isReady));
    expect(new Set(names.map((name) => cluster.pod(name).status.podIP)).size).toBe(100);
    for (const name of names) cluster.deletePod(name);
    await cluster.until('all are gone', () => !names.some((name) => cluster.hasPod(name)));
    await cluster.until('nothing is left', () => runtime.all().length === 0);
  });

  it('starts and stops nothing before the cluster is known', async () => {
    const elsewhere = await runtime.startSandbox({ pod: { uid: 'old', name: 'old', namespace: 'default' }, attempt: 0, hostname: 'old', hostNetwork: false, hostPID: false, hostIPC: false, hostPorts: [], sysctls: {} });
    cluster.createPod('web', spec);
    start();
    cluster.record(cluster.pod('web'), 'Normal', 'Looked', 'two relists pass');
    const began = Date.now();
    await cluster.until('two relists pass', () => Date.now() - began > 120);
    expect(runtime.all().map(({ id }) => id)).toEqual([elsewhere]);
    cluster.sync();
    await cluster.until('it is ready', () => isReady('web'));
    await cluster.until('what nobody knows is ended', () => !runtime.all().some(({ pod }) => pod.uid === 'old'));
  });

  it('writes a status only when it says something new', async () => {
    cluster.sync();
    start();
    cluster.createPod('web', spec);
    await cluster.until('it is ready', () => isReady('web'));
    const written = cluster.statuses.length;
    expect(written).toBeLessThanOrEqual(4);
    for (let round = 0; round < 5; round++) kubelet?.worker(cluster.pod('web').metadata.uid)?.wake();
    const began = Date.now();
    await cluster.until('some time passes', () => Date.now() - began > 150);
    expect(cluster.statuses.length).toBe(written);
  });

  it('keeps the conditions of others, and writes again over a conflict', async () => {
    cluster.sync();
    start();
    cluster.createPod('web', spec);
    await cluster.until('it is ready', () => isReady('web'));
    cluster.changePod('web', (pod) => ({ ...pod, status: { ...pod.status, conditions: [...pod.status.conditions.map((one) => (one.type === 'Ready' ? { ...one, status: 'False' as const } : one)), { type: 'DisruptionTarget', status: 'True' as const }] } }));
    await cluster.until('it is ready again', () => isReady('web'));
    expect(isConditionTrue(cluster.pod('web').status.conditions, 'DisruptionTarget')).toBe(true);
  });

  it('goes on when the runtime answers again', async () => {
    cluster.sync();
    runtime.fail('startSandbox', 'the engine does not answer');
    start();
    cluster.createPod('web', spec);
    await cluster.until('it is said', () => cluster.events.some(({ reason }) => reason === 'FailedCreatePodSandBox'));
    runtime.fail('startSandbox', undefined);
    await cluster.until('it is ready', () => isReady('web'));
  });

  it('runs a Pod to its end, and replaces a dead sandbox', async () => {
    cluster.sync();
    start();
    cluster.createPod('job', { restartPolicy: 'Never', containers: [{ name: 'main', image: 'image:1', command: ['true'] }] });
    cluster.createPod('web', spec);
    await cluster.until('the job is done', () => cluster.pod('job').status.phase === 'Succeeded');
    await cluster.until('it is ready', () => isReady('web'));
    runtime.killSandbox(cluster.pod('web').metadata.uid);
    await cluster.until('it was restarted', () => isReady('web') && cluster.pod('web').status.containerStatuses[0]?.restartCount === 1);
  });
});
