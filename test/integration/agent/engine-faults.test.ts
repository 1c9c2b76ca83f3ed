import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportStatus } from '../../../agent/node/report-status.ts';
import { createDockerRuntime } from '../../../agent/runtime/docker/docker-runtime.ts';
import type { EventInputMessage } from '../../../src/client/client.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { conditionOf, isConditionTrue } from '../../../src/model/conditions.ts';
import type { Node } from '../../../src/model/object.ts';
import { sh, startDockerNode, testImage } from './docker-node.ts';
import type { DockerNode } from './docker-node.ts';
import { startOwnEngine } from './own-engine.ts';
import type { OwnEngine } from './own-engine.ts';

const idle = sh("trap 'exit 0' TERM; while true; do sleep 0.2; done");
let engine: OwnEngine;
let node: DockerNode;

beforeAll(async () => {
  engine = await startOwnEngine();
  node = await startDockerNode(engine.socketPath);
});
afterAll(async () => {
  // Its containers outlive an engine: it must answer for them to be removed.
  await engine.start();
  await node[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

it('gives Pods addresses of a bridge of its own where the engine has none in the range, and survives the death of the engine', async () => {
  const { cluster, docker } = node;
  const main = (name: string) => cluster.pod(name).status.containerStatuses[0]!;
  const isReady = (name: string): boolean => isConditionTrue(cluster.pod(name).status.conditions, 'Ready');
  for (const name of ['calm', 'hit']) cluster.createPod(name, { terminationGracePeriodSeconds: 2, containers: [{ name: 'main', image: testImage, command: idle }] });
  await cluster.until('both are ready', () => isReady('calm') && isReady('hit'));
  expect(cluster.pod('calm').status.podIP).toMatch(/^10\.244\.77\./);
  const network = await docker.getNetwork('gantry').inspect();
  expect(network.Options).toMatchObject({ 'com.docker.network.bridge.enable_ip_masquerade': 'false' });
  const calm = main('calm').containerID;
  const { State } = await docker.getContainer(await node.containerId('main', 'hit')).inspect();

  await engine.kill();
  process.kill(State.Pid, 'SIGKILL');
  cluster.createPod('late', { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: testImage, command: idle }] });
  await engine.start();

  await cluster.until('what died meanwhile was started again', () => main('hit').restartCount === 1 && isReady('hit'));
  await cluster.until('what was wanted meanwhile runs', () => isReady('late'));
  expect(main('calm')).toMatchObject({ containerID: calm, restartCount: 0 });
  for (const name of ['calm', 'hit', 'late']) cluster.deletePod(name, 1);
  await cluster.until('all are gone', () => !['calm', 'hit', 'late'].some((name) => cluster.hasPod(name)));
});

it('makes the node not ready while the engine hangs, and ready again when it answers', async () => {
  const { cluster, clusterId, folder } = node;
  const logger = pino({ level: 'silent' });
  const events: EventInputMessage[] = [];
  const abort = new AbortController();
  const { metadata } = cluster.createPod('stand-in', { nodeName: 'elsewhere', containers: [{ name: 'main', image: testImage }] });
  let held: Node = { apiVersion: 'v1', kind: 'Node', metadata: { ...metadata, name: 'node-1' }, spec: { unschedulable: false, taints: [], podCIDR: '10.244.77.0/24' }, status: { conditions: [], addresses: [], images: [] } };
  const ready = () => conditionOf(held.status.conditions, 'Ready');
  const reporting = reportStatus({
    nodeName: 'node-1', nodeIP: '192.0.2.1', folder, agentVersion: '1', clock: systemClock, logger, signal: abort.signal, everyMs: 100, onFacts: () => undefined,
    runtime: createDockerRuntime({ socketPath: engine.socketPath, clusterId, logger, patienceMs: 1000 }), view: { node: () => held, onChange: () => () => undefined },
    client: {
      updateStatus: (_, __, status) => Promise.resolve((held = { ...held, status: status as Node['status'] }) as never),
      recordEvents: (list) => Promise.resolve(void events.push(...list)),
    },
  });
  await cluster.until('the node is ready', () => ready()?.status === 'True');
  await engine.hang();
  await cluster.until('the node is not ready', () => ready()?.status === 'False');
  expect(ready()).toMatchObject({ reason: 'KubeletNotReady', message: expect.stringMatching(/^container runtime is down: .*did not answer within 1 s/) });
  await engine.resume();
  await cluster.until('the node is ready again', () => ready()?.status === 'True');
  abort.abort();
  await reporting;
  expect(events.map(({ reason, involvedObject: { kind, name } }) => [reason, kind, name])).toEqual(expect.arrayContaining([['DockerNotResponding', 'Node', 'node-1'], ['NodeReady', 'Node', 'node-1']]));
});
