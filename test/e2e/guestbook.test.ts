import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createClient } from '../../src/client/create-client.ts';
import type { Client } from '../../src/client/client.ts';
import { importDebianImage } from './support/debian-image.ts';
import { agentPid, gantryCommand, ipOf } from './support/dev-nodes.ts';
import { dockerPost } from './support/docker.ts';
import { until } from './support/engine.ts';
import { leaveNothing, startGantry } from './support/gantry.ts';
import type { Gantry } from './support/gantry.ts';
import { startSteadyLoad } from './support/load.ts';

const image = 'gantry-test/guestbook:1', namespace = 'guestbook', name = 'shop';
const manifests = path.join(import.meta.dirname, 'images/guestbook.yaml');

/** Several real servers, from a Kubernetes manifest as it is found everywhere, on three nodes of which one is lost. */
describe('a guest book of nginx, Flask and Redis', () => {
  const stateFolder = mkdtempSync(path.join(tmpdir(), 'gg-')), folder = path.join(stateFolder, 'dev', name);
  const nodes = [1, 2, 3].map((index) => ({ index, name: `${name}-${index}`, url: `http://10.99.0.${index}:30200` }));
  let gantry: Gantry, client: Client;
  const makeNodes = () => gantryCommand(gantry, 'dev', 'nodes', '3', '--name', name, '--heartbeat', '1', '--image', image);

  beforeAll(async () => {
    await importDebianImage(inject('dockerSocket'), {
      name: image, variant: 'extract', packages: ['redis-server', 'nginx-light', 'gunicorn', 'python3-flask', 'python3-redis', 'busybox-static'],
      hooks: ['printf "root:x:0:0:root:/root:/bin/sh\\n" > "$1/etc/passwd"', 'printf "root:x:0:\\n" > "$1/etc/group"', 'mkdir -p "$1/tmp" "$1/var/log/nginx" "$1/var/lib/nginx"'],
      changes: ['ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin'],
    });
    gantry = await startGantry({ stateFolder, args: ['--agent', 'no', '--empty'], env: { GANTRY_NODE_MONITOR_GRACE_SECONDS: '8', GANTRY_NODE_MONITOR_PERIOD_SECONDS: '1', GANTRY_DEFAULT_TOLERATION_SECONDS: '4' } });
    client = createClient({ url: gantry.url, token: readFileSync(path.join(stateFolder, 'admin.token'), 'utf8').trim(), logger: pino({ level: 'silent' }) });
    await makeNodes();
    await gantryCommand(gantry, 'apply', '-f', manifests);
    await allAvailable();
  }, 400_000);
  afterAll(async () => {
    await client?.[Symbol.asyncDispose]();
    if (gantry) await gantryCommand(gantry, 'dev', 'nodes', '--remove', '--name', name);
    await leaveNothing(gantry, stateFolder);
    await dockerPost(inject('dockerSocket'), `/images/${image}?force=1`, undefined, 'DELETE');
  });

  /** Every Deployment has all its Pods, and each of them on a node that is there. */
  const allAvailable = () => until(async () => {
    const { objects } = await client.list('Deployment', { namespace });
    return objects.length === 4 && objects.every(({ spec, status }) => status.availableReplicas === spec.replicas && status.updatedReplicas === spec.replicas && (status.unavailableReplicas ?? 0) === 0);
  }, 'all Deployments are available', 120_000);
  const nodeOf = async (labelSelector: string) => (await client.list('Pod', { namespace, labelSelector })).objects.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(({ spec }) => spec.nodeName);
  const guests = async (url: string) => (await (await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(8000) })).json() as { guests: string[] }).guests;
  const sign = (url: string, guest: string) => fetch(`${url}/sign?name=${guest}`, { method: 'POST', headers: { connection: 'close' }, signal: AbortSignal.timeout(8000) }).then((response) => response.ok, () => false);

  /** Takes a node away with all that runs on it; resolves when no Service leads there any more. */
  async function lose(lost: (typeof nodes)[number]): Promise<void> {
    process.kill(agentPid(folder, lost.index), 'SIGKILL');
    await ipOf(`gantry-${lost.name}`, 'link', 'set', 'eth0', 'down');
    await until(async () => (await client.get('Node', { name: lost.name }))?.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'Unknown') ?? false, 'the node is Unknown');
    await until(async () => !(await client.list('EndpointSlice', { namespace })).objects.some(({ endpoints }) => endpoints.some(({ nodeName, conditions }) => nodeName === lost.name && conditions.ready === true)), 'no Service leads to it');
  }

  /** Pages come at once again, time after time: the nodes have heard of the loss, and nothing waits for a Pod that is gone. */
  const settled = (url: string) => until(async () => {
    for (let page = 0; page < 10; page++) {
      const startedAt = performance.now();
      const isShown = await guests(url).then(() => true, () => false);
      if (!isShown || performance.now() - startedAt > 900) return false;
    }
    return true;
  }, 'pages come at once');

  /** Asks for the page at a node until `action` is over; every answer must be a page with all the guests. */
  async function servesDuring(url: string, wanted: readonly string[], action: () => Promise<void>): Promise<void> {
    const load = startSteadyLoad(url, 2, 5);
    await action();
    const asked = await load.stop();
    expect(asked.filter(({ failure }) => failure !== undefined)).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
    for (const { answer } of asked) expect((JSON.parse(answer!) as { guests: string[] }).guests).toEqual(wanted);
  }

  test('is applied from plain Kubernetes YAML and serves on every node', async () => {
    for (const { name: guest, url } of nodes) expect(await sign(url, guest)).toBe(true);
    const wanted = nodes.map((node) => node.name);
    for (const { url } of nodes) await until(async () => (await guests(url)).join() === wanted.join(), 'every guest is shown');
  });

  test('loses a node, keeps serving and forgets nothing', async () => {
    const leader = (await nodeOf('role=leader'))[0]!, followers = await nodeOf('role=follower');
    const others = nodes.filter((node) => node.name !== leader);
    const lost = others.find((node) => followers.includes(node.name)) ?? others[0]!, front = nodes.find((node) => node.name !== lost.name)!;
    await lose(lost);
    await settled(front.url);
    const wanted = await guests(front.url);
    expect(wanted).toHaveLength(3);
    await servesDuring(front.url, wanted, allAvailable);
    expect(await sign(front.url, 'later')).toBe(true);
    expect(await nodeOf('app')).not.toContain(lost.name);
    await servesDuring(front.url, [...wanted, 'later'], async () => {
      await makeNodes();
      await until(async () => (await client.get('Node', { name: lost.name }))?.spec.taints.length === 0, 'the node is welcome again');
    });
  });

  test('loses the node of the leader: pages go on from the replicas, and signing comes back', async () => {
    const leader = (await nodeOf('role=leader'))[0]!, lost = nodes.find((node) => node.name === leader)!, front = nodes.find((node) => node !== lost)!;
    await lose(lost);
    await settled(front.url);
    const load = startSteadyLoad(front.url, 2, 5);
    await until(() => sign(front.url, 'again'), 'a new leader takes guests', 120_000);
    const asked = await load.stop();
    expect(asked.filter(({ failure }) => failure !== undefined)).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
    await until(async () => (await guests(front.url)).includes('again'), 'the replicas follow the new leader');
  });
});
