import { afterAll, beforeAll, expect, it } from 'vitest';
import { isConditionTrue } from '../../../src/model/conditions.ts';
import { startDockerNode } from './docker-node.ts';
import type { DockerNode } from './docker-node.ts';
import { startOwnEngine } from './own-engine.ts';
import type { OwnEngine } from './own-engine.ts';
import { startRegistry } from './registry.ts';
import type { TestRegistry } from './registry.ts';

const mebibyte = 2 ** 20;
let engine: OwnEngine;
let registry: TestRegistry;
let node: DockerNode;

beforeAll(async () => {
  engine = await startOwnEngine({ dataMebibytes: 48 });
  registry = await startRegistry(engine.namespace);
  node = await startDockerNode(engine.socketPath);
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

const isReady = (name: string): boolean => isConditionTrue(node.cluster.pod(name).status.conditions, 'Ready');
const waiting = (name: string) => node.cluster.pod(name).status.containerStatuses[0]?.state.waiting;
/** What it waited for when it last said so with a reason: the next attempt may be under way. */
const everWaited = (name: string, reason: string) => node.cluster.statuses.filter((one) => one.name === name).flatMap(({ status }) => status.containerStatuses[0]?.state.waiting ?? []).findLast((one) => one.reason === reason);
const said = (name: string, reason: string): string[] => node.cluster.events.filter((event) => event.pod === name && event.reason === reason).map(({ message }) => message);
const run = (name: string, image: string, imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never'): unknown => node.cluster.createPod(name, {
  terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: `${registry.host}/${image}`, command: ['/bin/busybox', 'sleep', '1000'], imagePullPolicy }],
});

it('pulls when its policy says so', async () => {
  const { cluster } = node;
  await registry.push('app:1');
  run('first', 'app:1', 'IfNotPresent');
  run('never', 'unseen:1', 'Never');
  await cluster.until('it runs from the registry', () => isReady('first'));
  const pulled = registry.asked('app').length;
  expect(pulled).toBeGreaterThan(0);
  run('second', 'app:1', 'IfNotPresent');
  await cluster.until('it runs from what is there', () => isReady('second'));
  expect(registry.asked('app')).toHaveLength(pulled);
  run('third', 'app:1', 'Always');
  await cluster.until('it asked again', () => isReady('third'));
  expect(registry.asked('app').length).toBeGreaterThan(pulled);
  await cluster.until('it may not pull', () => waiting('never')?.reason === 'ErrImageNeverPull');
  expect(registry.asked('unseen')).toEqual([]);
  expect([said('first', 'Pulling'), said('second', 'Pulling'), said('third', 'Pulling')].map(({ length }) => length)).toEqual([1, 0, 1]);
  for (const name of ['first', 'second', 'third', 'never']) cluster.deletePod(name);
});

it('pulls from a registry that knows its readers with the Secrets that the Pod names, and says which it could not use', async () => {
  const { cluster } = node;
  await using guarded = await startRegistry(engine.namespace, { port: 5001, login: 'reader:right' });
  await guarded.push('app:1');
  const login = (text: string) => JSON.stringify({ auths: { [guarded.host]: { auth: Buffer.from(text).toString('base64') } } });
  cluster.putSecret('wrong', { '.dockerconfigjson': login('reader:wrong') }, 'kubernetes.io/dockerconfigjson');
  cluster.putSecret('right', { '.dockerconfigjson': login('reader:right') }, 'kubernetes.io/dockerconfigjson');
  const runWith = (name: string, ...secrets: string[]): unknown => cluster.createPod(name, {
    terminationGracePeriodSeconds: 0, imagePullSecrets: secrets.map((secret) => ({ name: secret })),
    containers: [{ name: 'main', image: `${guarded.host}/app:1`, command: ['/bin/busybox', 'sleep', '1000'], imagePullPolicy: 'Always' }],
  });
  runWith('anybody');
  runWith('stranger', 'wrong', 'missing');
  for (const name of ['anybody', 'stranger']) await cluster.until(`${name} is refused`, () => everWaited(name, 'ErrImagePull') !== undefined);
  expect(said('stranger', 'FailedToRetrieveImagePullSecret')).toContainEqual('Unable to retrieve some image pull secrets (missing); attempting to pull the image may not succeed.');
  runWith('reader', 'wrong', 'right');
  await cluster.until('the reader runs', () => isReady('reader'));
  for (const name of ['anybody', 'stranger', 'reader']) cluster.deletePod(name);
  const told = node.logged.join('') + JSON.stringify([cluster.events, cluster.statuses]);
  for (const secret of ['reader:right', 'reader:wrong'].flatMap((text) => [text, Buffer.from(text).toString('base64')])) expect(told).not.toContain(secret);
});

it('says that an image is missing or the disk is full, backs off, and starts once that is over', async () => {
  const { cluster } = node;
  await registry.push('large:1', 64 * mebibyte);
  run('late', 'late:1');
  run('large', 'large:1');
  for (const reason of ['ErrImagePull', 'ImagePullBackOff']) for (const name of ['late', 'large']) await cluster.until(`${name} says ${reason}`, () => everWaited(name, reason) !== undefined);
  expect(everWaited('late', 'ImagePullBackOff')?.message).toMatch(/manifest .*unknown/);
  expect(everWaited('large', 'ImagePullBackOff')?.message).toContain('no space left on device');
  expect(said('large', 'Failed')).toContainEqual(expect.stringMatching(/^Failed to pull image ".*large:1": .*no space left on device/));
  await cluster.until('the back-off is an event', () => said('large', 'BackOff').some((message) => message.includes('no space left on device')));
  expect(cluster.pod('large').status.phase).toBe('Pending');

  await registry.push('late:1');
  engine.growData(256);
  await cluster.until('both run', () => isReady('late') && isReady('large'));
  for (const name of ['late', 'large']) cluster.deletePod(name);
});
