import { expect, test } from 'vitest';
import { measuredProbe } from '../../../../agent/metrics/measured-probe.ts';
import { measuredRuntime } from '../../../../agent/metrics/measured-runtime.ts';
import { measuredStatus } from '../../../../agent/metrics/measured-status.ts';
import { serveMetrics } from '../../../../src/lib/serve-metrics.ts';
import { createSimulatedRuntime } from '../../../../agent/runtime/simulated/simulated-runtime.ts';
import type { ContainerSpec, SandboxSpec } from '../../../../agent/runtime/runtime.ts';
import { Meters } from '../../../../src/lib/meters.ts';
import { noTracer, startTracer } from '../../../../src/lib/tracer.ts';
import type { Pod, PodStatus, Probe } from '../../../../src/model/object.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { startOtlpReceiver } from '../../../support/otlp-receiver.ts';

const pod = { namespace: 'default', name: 'web', uid: 'u1' };
const sandboxSpec: SandboxSpec = { pod, attempt: 0, hostname: 'web', hostNetwork: false, hostPID: false, hostIPC: false, hostPorts: [], sysctls: {} };
const containerSpec = (sandboxId: string): ContainerSpec => ({
  pod, name: 'app', attempt: 0, sandboxId, image: 'app', imageId: 'i', env: [], mounts: [], resources: { cpuRequestMillis: 0, oomScoreAdj: 0 }, groups: [], privileged: false, readOnlyRoot: false,
  noNewPrivileges: false, capabilitiesAdd: [], capabilitiesDrop: [], stdin: false, tty: false, pidNamespace: 'own', backOffMs: 0, graceSeconds: 30,
});

test('calls are timed by outcome, starts are spans, and containers are counted over all nodes of the process', async () => {
  await using receiver = await startOtlpReceiver();
  const { tracer, stop } = await startTracer(receiver.endpoint, 'gantry-agent', '1');
  const meters = new Meters();
  for (let node = 0; node < 2; node += 1) {
    const simulated = createSimulatedRuntime({ clock: manualClock() });
    const runtime = measuredRuntime(simulated, meters, tracer);
    const sandboxId = await runtime.startSandbox(sandboxSpec);
    await runtime.startContainer(containerSpec(sandboxId));
    await runtime.inspectPod(pod.uid);
    simulated.fail('exec', 'no such luck');
    await expect(runtime.exec('c', ['true'], 1000)).rejects.toThrow('no such luck');
  }
  const text = await meters.text();
  expect(text).toContain('gantry_agent_containers{state="running"} 2');
  expect(text).toContain('gantry_agent_sandboxes{state="running"} 2');
  expect(text).toContain('gantry_agent_runtime_call_seconds_count{call="startContainer",outcome="ok"} 2');
  expect(text).toContain('gantry_agent_runtime_call_seconds_count{call="exec",outcome="error"} 2');
  await stop();
  expect(receiver.spans.filter(({ name }) => name === 'start container').map(({ attributes }) => attributes)).toEqual(Array(2).fill({ pod: 'default/web', container: 'app' }));
});

test('a Pod that went is counted no more', async () => {
  const meters = new Meters();
  const simulated = createSimulatedRuntime({ clock: manualClock() });
  const runtime = measuredRuntime(simulated, meters, noTracer);
  const id = await runtime.startSandbox(sandboxSpec);
  await runtime.inspectPod(pod.uid);
  await simulated.remove(id);
  await runtime.pods();
  expect(await meters.text()).toContain('gantry_agent_sandboxes{state="running"} 0');
});

test('a start lasts from the binding to the report of Running, and is told once', async () => {
  const clock = manualClock(Date.UTC(2030, 0, 1, 0, 0, 3));
  const meters = new Meters();
  const sink = measuredStatus({ updatePodStatus: async (old, status) => ({ ...old, status }), finishPod: async () => undefined }, meters, noTracer, clock);
  const status = { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: '2030-01-01T00:00:01.000Z' }] } as unknown as PodStatus;
  const pending = { metadata: pod, status } as unknown as Pod;
  const running = await sink.updatePodStatus(pending, { ...status, phase: 'Running' });
  await sink.updatePodStatus(running, running.status);
  const text = await meters.text();
  expect(text).toContain('gantry_agent_pod_start_seconds_sum 2\n');
  expect(text).toContain('gantry_agent_pod_start_seconds_count 1');
  expect(text).toContain('gantry_agent_status_reports_total{outcome="ok"} 2');
});

test('checks of probes are counted by type and outcome', async () => {
  const meters = new Meters();
  const probe = measuredProbe(async () => ({ ok: false, message: 'down' }), meters);
  const target = { containerId: 'c', container: {} as never, podIP: undefined };
  expect(await probe({ httpGet: { path: '/', port: 80 } } as unknown as Probe, target, createSimulatedRuntime({ clock: manualClock() }))).toEqual({ ok: false, message: 'down' });
  expect(await meters.text()).toContain('gantry_agent_probe_seconds_count{type="httpGet",outcome="failed"} 1');
});

test('metrics are answered on loopback and nothing else is', async () => {
  const meters = new Meters();
  meters.counter('gantry_things_total', 'Things.').inc();
  await using server = await serveMetrics(meters, 0);
  const at = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  expect(await (await at('/metrics')).text()).toContain('gantry_things_total 1');
  expect((await at('/healthz')).status).toBe(200);
  expect((await at('/metrics', 'POST')).status).toBe(404);
  expect((await at('/')).status).toBe(404);
});
