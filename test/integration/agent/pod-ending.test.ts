import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isConditionTrue } from '../../../src/model/conditions.ts';
import type { ContainerInput, PodInput } from '../../../src/model/object.ts';
import { sh, startDockerNode, testImage } from './docker-node.ts';
import type { DockerNode } from './docker-node.ts';

const idle = "trap 'exit 0' TERM; while true; do sleep 0.2; done";
let node: DockerNode;

beforeAll(async () => {
  node = await startDockerNode();
});
afterAll(() => node[Symbol.asyncDispose]());

const main = (more: Partial<ContainerInput> = {}): ContainerInput => ({ name: 'main', image: testImage, command: sh(idle), ...more });
const create = (name: string, spec: Omit<PodInput['spec'], 'containers'>, ...containers: ContainerInput[]): unknown => node.cluster.createPod(name, { terminationGracePeriodSeconds: 1, containers, ...spec });
const isReady = (name: string): boolean => isConditionTrue(node.cluster.pod(name).status.conditions, 'Ready');
const state = (name: string, index = 0) => node.cluster.pod(name).status.containerStatuses[index]?.state;
const status = (name: string) => node.cluster.pod(name).status.containerStatuses[0]!;

it('kills a container whose postStart hook fails, and gives each preStop hook its time and two seconds', async () => {
  const { cluster, folder } = node;
  create('unstarted', {}, main({ lifecycle: { postStart: { exec: { command: sh('echo no; exit 4') } } } }));
  // Ready when they hear the signal, and the one that serves when it does.
  const probed = { periodSeconds: 1, timeoutSeconds: 10, failureThreshold: 60 };
  const out: Partial<ContainerInput> = { volumeMounts: [{ name: 'out', mountPath: '/out' }], readinessProbe: { exec: { command: sh('test -e /trapped') }, ...probed } };
  const note = (word: string): string => `trap 'echo ${word} $(/bin/busybox cut -d. -f1 /proc/uptime) >> /out/log; exit 0' TERM; : > /trapped; while true; do sleep 0.1; done`;
  create('hooks', { terminationGracePeriodSeconds: 2, volumes: [{ name: 'out', hostPath: { path: `${folder}/hooks`, type: 'DirectoryOrCreate' } }] },
    main({ name: 'slow', command: sh(note('slow')), ...out, lifecycle: { preStop: { sleep: { seconds: 60 } } } }),
    main({ name: 'short', command: sh(note('short')), ...out, lifecycle: { preStop: { sleep: { seconds: 1 } } } }),
    main({ name: 'web', command: sh(`mkdir -p /www; echo asked > /www/bye; /bin/httpd -f -p 8080 -h /www & ${note('web')}`), ...out, readinessProbe: { httpGet: { path: '/bye', port: 8080 }, ...probed }, lifecycle: { preStop: { httpGet: { path: '/bye', port: 8080 } } } }),
    main({ name: 'wrong', command: sh(note('wrong')), ...out, lifecycle: { preStop: { httpGet: { path: '/missing', port: 8080 } } } }));
  await cluster.until('its hook failed and it was killed', () => cluster.events.some(({ pod, reason }) => pod === 'unstarted' && reason === 'FailedPostStartHook') && status('unstarted').restartCount > 0);
  expect(status('unstarted').lastState.terminated).toBeDefined();
  await cluster.until('all run', () => isReady('hooks'));
  cluster.deletePod('hooks');
  await cluster.until('it is gone', () => !cluster.hasPod('hooks'));
  const words = (await readFile(`${folder}/hooks/log`, 'utf8')).trim().split('\n').map((line) => line.split(' ')[0]);
  // Even the hook that overran the grace left its container the time to end by itself.
  expect(words.toSorted()).toEqual(['short', 'slow', 'web', 'wrong']);
  expect(words.at(-1)).toBe('slow');
  expect(cluster.events.filter(({ pod, reason }) => pod === 'hooks' && reason === 'FailedPreStopHook')).toMatchObject([{ container: 'wrong', message: expect.stringContaining('PreStopHook failed') }]);
  cluster.deletePod('unstarted');
});

it('keeps its grace over a restart of the agent', async () => {
  const { cluster } = node;
  create('deaf', { terminationGracePeriodSeconds: 6 }, main({ command: sh("trap '' TERM; while true; do sleep 0.2; done") }));
  await cluster.until('it runs', () => isReady('deaf'));
  const { uid } = cluster.pod('deaf').metadata;
  const noted = () => readFile(`${node.folder}/pods/${uid}/end-began`, 'utf8').catch(() => '');
  cluster.deletePod('deaf');
  await cluster.until('it is asked to end', () => cluster.events.some(({ pod, reason }) => pod === 'deaf' && reason === 'Killing'));
  const began = await noted();
  expect(Number(began)).toBeGreaterThan(0);
  await node.restartKubelet();
  await cluster.until('the new agent asks too', () => cluster.events.filter(({ pod, reason }) => pod === 'deaf' && reason === 'Killing').length > 1);
  expect(await noted()).toBe(began);
  await cluster.until('it is gone', () => !cluster.hasPod('deaf'));
  const ended = cluster.statuses.findLast(({ name }) => name === 'deaf')?.status.containerStatuses[0]?.state.terminated;
  expect(ended?.exitCode).toBe(137);
  expect(Date.parse(ended?.finishedAt ?? '')).toBeGreaterThanOrEqual(Number(began) + 5900);
});

it('does not run again under Never what was removed by hand, and is evicted when a volume outgrows its limit', async () => {
  const { cluster, docker } = node;
  create('once', { restartPolicy: 'Never' }, main({ command: sh('exit 0') }), main({ name: 'other' }));
  create('greedy', { volumes: [{ name: 'data', emptyDir: { sizeLimit: '1Mi' } }] }, main({ command: sh(`/bin/busybox dd if=/dev/zero of=/data/file bs=1024 count=4096; ${idle}`), volumeMounts: [{ name: 'data', mountPath: '/data' }] }));
  await cluster.until('one is over, one runs', () => state('once')?.terminated !== undefined && state('once', 1)?.running !== undefined);
  await docker.getContainer(await node.containerId('main', 'once')).remove({ force: true });
  await docker.getContainer(await node.containerId('other', 'once')).remove({ force: true });
  await cluster.until('it failed', () => cluster.pod('once').status.phase === 'Failed');
  expect(cluster.pod('once').status.containerStatuses.map(({ restartCount, state }) => [restartCount, state.terminated?.exitCode])).toEqual([[0, 0], [0, 137]]);
  await cluster.until('it is evicted', () => cluster.pod('greedy').status.phase === 'Failed');
  expect(cluster.pod('greedy').status).toMatchObject({ reason: 'Evicted', message: 'Usage of EmptyDir volume "data" exceeds the limit "1Mi".' });
  expect(cluster.events).toContainEqual(expect.objectContaining({ pod: 'greedy', reason: 'Evicted' }));
});
