import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, onTestFinished, test } from 'vitest';
import { buildHelloImage } from '../../examples/images/build-hello.mjs';
import { createClient } from '../../src/client/create-client.ts';
import type { Client } from '../../src/client/client.ts';
import { isPodActive, isPodReady } from '../../src/kinds/pod/pod-state.ts';
import type { Pod } from '../../src/model/object.ts';
import { listContainers } from './support/docker.ts';
import { askFromPod, gantryCommand } from './support/dev-nodes.ts';
import { until } from './support/engine.ts';
import { leaveNothing, startGantry } from './support/gantry.ts';
import type { Gantry } from './support/gantry.ts';
import { startSteadyLoad } from './support/load.ts';
import type { Asked } from './support/load.ts';
import { cutLink, freeze, killAgent, killDocker } from './support/node-faults.ts';
import type { FaultyNode } from './support/node-faults.ts';
import { Timeline, uidOf } from './support/timeline.ts';

const replicas = 3;
const name = 'lost';
/** A page takes up to this long to stop coming from a Pod that has left its Service: the rules of the node that was asked follow. */
const rulesFollowMs = 1000;

const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: who }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: who } }
  template:
    metadata: { labels: { app: who } }
    spec:
      terminationGracePeriodSeconds: 5
      containers:
        - name: who
          image: gantry/hello:1
          env: [{ name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }]
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /, port: http }, periodSeconds: 1, timeoutSeconds: 5 }
          lifecycle: { preStop: { sleep: { seconds: 2 } } }
          resources: { requests: { cpu: 200m } }
---
apiVersion: v1
kind: Service
metadata: { name: who }
spec: { type: NodePort, selector: { app: who }, ports: [{ port: 80, targetPort: http, nodePort: 30124 }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: who }
spec: { selector: { matchLabels: { app: who } }, maxUnavailable: 1 }
`;

/** Ways to lose a node. `break` returns what mends it. */
const faults: readonly { readonly what: string; readonly says: string; readonly taint: string; break(node: FaultyNode, again: () => Promise<void>): Promise<() => Promise<void>> }[] = [
  { what: 'its agent has stopped, its containers go on', says: 'Unknown', taint: 'unreachable', break: async (node, again) => { killAgent(node); return again; } },
  { what: 'its link is cut', says: 'Unknown', taint: 'unreachable', break: (node) => cutLink(node) },
  { what: 'the whole machine is frozen', says: 'Unknown', taint: 'unreachable', break: async (node) => { const thaw = freeze(node); return async () => thaw(); } },
  { what: 'its Docker is dead', says: 'False', taint: 'not-ready', break: async (node, again) => { await killDocker(node); return again; } },
];

describe('three nodes that get lost, drained, and joined', { timeout: 300_000 }, () => {
  const stateFolder = mkdtempSync(path.join(tmpdir(), 'gl-'));
  const folder = path.join(stateFolder, 'dev', name);
  const nodeOf = (index: number): FaultyNode => ({ index, name: `${name}-${index}`, folder: path.join(folder, String(index)), switchNamespace: `gantry-${name}-switch` });
  const indexOf = (nodeName: string) => Number(nodeName.slice(name.length + 1));
  const socketOf = (nodeName: string) => path.join(folder, String(indexOf(nodeName)), 'docker.sock');
  const pageAt = (index: number) => `http://10.99.0.${index}:30124/`;
  let gantry: Gantry, client: Client, timeline: Timeline;

  const devNodes = async (count = 3) => { await gantryCommand(gantry, 'dev', 'nodes', String(count), '--name', name, '--heartbeat', '1'); };
  const pods = async (): Promise<readonly Pod[]> => (await client.list('Pod', { namespace: 'default', labelSelector: 'app=who' })).objects;
  const readyPods = async () => {
    const slices = (await client.list('EndpointSlice', { namespace: 'default', labelSelector: 'kubernetes.io/service-name=who' })).objects;
    return slices.flatMap(({ endpoints }) => endpoints.filter(({ conditions }) => conditions.ready === true));
  };
  const settled = async (wanted = replicas) => (await readyPods()).length === wanted && (await pods()).filter((pod) => isPodActive(pod) && isPodReady(pod)).length === wanted && (await pods()).length === wanted;
  const nodeIsWell = async (nodeName: string) => {
    const node = await client.get('Node', { name: nodeName });
    return node !== undefined && node.spec.taints.length === 0 && node.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  };
  const loadOn = (index: number, pauseMs: number) => {
    const load = startSteadyLoad(pageAt(index), 2, pauseMs);
    onTestFinished(async () => { await load.stop(); });
    return load;
  };
  /** A node with a Pod of the application, and one that will be asked for pages meanwhile. */
  const chooseVictim = async () => {
    const victim = (await pods()).map(({ spec }) => spec.nodeName ?? '').sort().at(-1)!;
    return { victim, witness: [1, 2, 3].find((index) => index !== indexOf(victim))!, old: (await pods()).filter(({ spec }) => spec.nodeName === victim) };
  };

  beforeAll(async () => {
    await buildHelloImage(inject('dockerSocket'));
    gantry = await startGantry({ stateFolder, args: ['--agent', 'no'], env: { GANTRY_NODE_MONITOR_GRACE_SECONDS: '6', GANTRY_NODE_MONITOR_PERIOD_SECONDS: '1', GANTRY_DEFAULT_TOLERATION_SECONDS: '3' } });
    client = createClient({ url: gantry.url, token: readFileSync(path.join(stateFolder, 'admin.token'), 'utf8').trim(), logger: pino({ level: 'silent' }) });
    await devNodes();
    writeFileSync(path.join(stateFolder, 'who.yaml'), manifest);
    await gantryCommand(gantry, 'apply', '-f', path.join(stateFolder, 'who.yaml'));
    await until(() => settled(), 'all Pods stand behind the Service', 120_000);
  }, 300_000);
  afterAll(async () => {
    await client?.[Symbol.asyncDispose]();
    if (gantry) await gantryCommand(gantry, 'dev', 'nodes', '--remove', '--name', name);
    expect(readdirSync('/run/netns').filter((one) => one.startsWith(`gantry-${name}`))).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    await leaveNothing(gantry, stateFolder);
  });
  beforeEach(() => { timeline = new Timeline(client, 'who'); });
  afterEach(async () => timeline[Symbol.asyncDispose]());

  test.each(faults)('a node is lost: $what', async ({ what, says, taint, break: breakNode }) => {
    const { victim, witness, old } = await chooseVictim();
    const oldNames = old.map(({ metadata }) => metadata.name), oldUids = old.map(({ metadata }) => metadata.uid);
    const load = loadOn(witness, 50);
    await until(() => load.asked.length > 5 && timeline.ready.length > 0, 'pages come');
    const brokenMs = Date.now();
    onTestFinished(() => console.log(`${victim} is lost at 0 s: ${what}\n${timeline.text(brokenMs)}`));
    let isMended = false;
    const undo = await breakNode(nodeOf(indexOf(victim)), () => devNodes());
    const mend = async () => { if (!isMended) await undo(); isMended = true; };
    // The next test finds the node as it was, whatever becomes of this one.
    onTestFinished(mend);

    await until(async () => {
      const ready = await readyPods();
      return ready.length === replicas && ready.every((endpoint) => !oldUids.includes(uidOf(endpoint)));
    }, 'replacements stand behind the Service', 120_000);
    const replacedMs = Date.now();
    expect((await pods()).filter(({ metadata }) => oldUids.includes(metadata.uid)).every(({ metadata }) => metadata.deletionTimestamp !== undefined)).toBe(true);
    timeline.note('it is mended');
    await mend();
    await until(async () => (await pods()).every(({ metadata }) => !oldUids.includes(metadata.uid)), 'the old Pods are gone', 60_000);
    await until(async () => !(await listContainers(socketOf(victim))).some(({ podUid }) => oldUids.includes(podUid)), 'their containers are gone', 60_000);
    await until(() => nodeIsWell(victim), 'the node is welcome again', 60_000);
    await until(() => settled(), 'all is as it was', 60_000);
    const asked = await load.stop();

    const lost = timeline.first(new RegExp(`^node ${victim}: Ready=${says}`), brokenMs);
    const dropped = timeline.ready.find(({ revision, uids }) => revision >= lost.revision && !uids.some((uid) => oldUids.includes(uid)));
    const droppedAt = timeline.moments.find(({ revision }) => revision === dropped?.revision);
    const tainted = timeline.first(new RegExp(`^node ${victim}: .*NoExecute ${taint}`), brokenMs);
    const evicted = timeline.first(new RegExp(`^pod (${oldNames.join('|')}) .*to go`), brokenMs);
    const failed = asked.filter(({ failure, atMs }) => failure !== undefined && atMs >= brokenMs);
    const sent = failed.map(({ atMs }) => (atMs - brokenMs) / 1000);
    timeline.note(`${asked.length} pages were asked for, ${failed.length} did not come${failed.length > 0 ? `, of those asked for from ${Math.min(...sent)} s to ${Math.max(...sent)} s` : ''}`);
    expect(dropped && lost.revision <= dropped.revision && dropped.revision < evicted.revision && tainted.revision < evicted.revision).toBe(true);

    // Never too many, and who has left never comes back: over all that subscribers were told.
    for (const { revision, uids } of timeline.ready) {
      expect(uids.length).toBeLessThanOrEqual(replicas);
      if (revision >= dropped!.revision) expect(uids.filter((uid) => oldUids.includes(uid))).toEqual([]);
    }
    // The same as clients see it: pages come from the others only, and all of them come.
    const after = asked.filter(({ atMs }) => atMs >= (droppedAt?.atMs ?? replacedMs) + rulesFollowMs);
    expect(after.length).toBeGreaterThan(10);
    expect(after.filter(({ answer, failure }) => failure !== undefined || oldNames.some((one) => answer?.includes(one)))).toEqual([]);
  });

  test('a node is drained under load: its budget holds, no page is lost, and uncordoning ends it', async () => {
    const { victim, witness, old } = await chooseVictim();
    const load = loadOn(witness, 20);
    const beganMs = Date.now();
    expect(await gantryCommand(gantry, 'drain', victim, '--dry-run')).toMatch(new RegExp(`goes +default/${old[0]!.metadata.name}\n[^]*would be cordoned`));
    const printed = await gantryCommand(gantry, 'drain', victim, '--timeout', '120');
    await until(() => settled(), 'all Pods stand behind the Service elsewhere', 120_000);
    await until(() => load.asked.length > 50, 'pages come');
    const asked = await load.stop();
    console.log(`draining ${victim}:\n${printed}${timeline.text(beganMs)}\n${asked.length} pages asked for`);
    expect(printed).toMatch(new RegExp(`node ${victim} is cordoned\n[^]*going +default/${old[0]!.metadata.name}\n[^]*gone +default/${old[0]!.metadata.name}\n[^]*node ${victim} is drained`));
    expect(asked.filter(({ failure }) => failure !== undefined)).toEqual([]);
    for (const { uids } of timeline.ready) expect(uids.length).toBeGreaterThanOrEqual(replicas - 1);
    expect((await pods()).map(({ spec }) => spec.nodeName)).not.toContain(victim);
    expect(await gantryCommand(gantry, 'get', 'pdb')).toMatch(/NAME +MIN_AVAILABLE +MAX_UNAVAILABLE +ALLOWED_DISRUPTIONS +AGE\nwho +N\/A +1 +1 /);
    await gantryCommand(gantry, 'uncordon', victim);
    expect((await client.list('NodeDrain')).objects).toEqual([]);
    await until(() => nodeIsWell(victim), 'the node takes Pods again');
  });

  test('a fourth node joins under load: no page is lost, it takes new Pods, and they are reached at once', async () => {
    const load = loadOn(1, 50);
    const newcomer = `${name}-4`;
    await devNodes(4);
    const wanted = replicas + 3;
    await client.request('mutation { scaleDeployment(name: "who", replicas: 6) { revision } }');
    await until(() => settled(wanted), 'the new Pods stand behind the Service', 120_000);
    const all = await pods();
    const there = all.filter(({ spec }) => spec.nodeName === newcomer), here = all.find(({ spec }) => spec.nodeName !== newcomer)!;
    expect(there.length).toBeGreaterThan(0);
    for (const pod of there) {
      expect(await askFromPod(socketOf(here.spec.nodeName!), here.metadata.name, `http://${pod.status.podIP}:8080/`)).toContain(pod.metadata.name);
      expect(await askFromPod(socketOf(newcomer), pod.metadata.name, `http://${here.status.podIP}:8080/`)).toContain(here.metadata.name);
    }
    expect(await (await fetch(pageAt(4))).text()).toContain('who-');
    const isFromThere = ({ answer }: Asked) => there.some(({ metadata }) => answer?.includes(metadata.name));
    await until(() => load.asked.length > 50 && load.asked.some(isFromThere), 'pages come, also from the new node');
    const asked = await load.stop();
    expect(asked.filter(({ failure }) => failure !== undefined)).toEqual([]);
  });
});
