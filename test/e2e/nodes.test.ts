import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { buildHelloImage } from '../../examples/images/build-hello.mjs';
import { createClient } from '../../src/client/create-client.ts';
import type { Client } from '../../src/client/client.ts';
import { listContainers } from './support/docker.ts';
import { agentPid, askFromPod, gantryCommand, ipOf } from './support/dev-nodes.ts';
import { until } from './support/engine.ts';
import { leaveNothing, startGantry } from './support/gantry.ts';
import type { Gantry } from './support/gantry.ts';
import { policiesOnNodes } from './support/policies-on-nodes.ts';
import { servicesOnNodes } from './support/services-on-nodes.ts';
import type { TestNodes } from './support/services-on-nodes.ts';

const replicas = 3;
const name = 'trio';
const nodeNames = [1, 2, 3].map((index) => `${name}-${index}`);

/** Its page says which Pod answers, and which address it sees. */
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
      terminationGracePeriodSeconds: 1
      containers:
        - name: who
          image: gantry/hello:1
          command: [/bin/sh, -c]
          args: ['mkdir -p /tmp/w/cgi-bin; printf "#!/bin/sh\\necho; echo \\$POD_NAME \\$REMOTE_ADDR\\n" > /tmp/w/cgi-bin/who; chmod +x /tmp/w/cgi-bin/who; exec httpd -f -p 8080 -h /tmp/w']
          env: [{ name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }]
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { tcpSocket: { port: http }, periodSeconds: 1 }
          resources: { requests: { cpu: 200m } }
---
apiVersion: v1
kind: Service
metadata: { name: who }
spec: { type: NodePort, selector: { app: who }, ports: [{ port: 80, targetPort: http, nodePort: 30123 }] }
---
apiVersion: v1
kind: Service
metadata: { name: balanced }
spec: { type: LoadBalancer, selector: { app: who }, ports: [{ port: 80, targetPort: http }] }
`;

interface PodView { readonly name: string; readonly uid: string; readonly ip: string; readonly node: string; readonly leaving: boolean }

describe('three nodes, each with a Docker Engine of its own', () => {
  const stateFolder = mkdtempSync(path.join(tmpdir(), 'gn-'));
  const folder = path.join(stateFolder, 'dev', name);
  const socketOf = (nodeName: string) => path.join(folder, nodeName.slice(name.length + 1), 'docker.sock');
  const addressOf = (nodeName: string) => `10.99.0.${nodeName.slice(name.length + 1)}`;
  const logger = pino({ level: 'silent' });
  let gantry: Gantry, client: Client;

  beforeAll(async () => {
    await buildHelloImage(inject('dockerSocket'));
    gantry = await startGantry({ stateFolder, args: ['--agent', 'no'], env: { GANTRY_LOAD_BALANCER_CIDR: '10.99.0.240/29', GANTRY_NODE_MONITOR_GRACE_SECONDS: '8', GANTRY_NODE_MONITOR_PERIOD_SECONDS: '1', GANTRY_DEFAULT_TOLERATION_SECONDS: '4' } });
    client = createClient({ url: gantry.url, token: readFileSync(path.join(stateFolder, 'admin.token'), 'utf8').trim(), logger });
    expect(await gantryCommand(gantry, 'dev', 'nodes', '3', '--name', name, '--heartbeat', '1')).toMatch(/trio-1 +Ready[^]*trio-2 +Ready[^]*trio-3 +Ready/);
    writeFileSync(path.join(stateFolder, 'who.yaml'), manifest);
    await gantryCommand(gantry, 'apply', '-f', path.join(stateFolder, 'who.yaml'));
    await until(async () => (await readyEndpoints()).length === replicas, 'all Pods stand behind the Service', 90_000);
  });
  afterAll(async () => {
    await client?.[Symbol.asyncDispose]();
    if (gantry) await gantryCommand(gantry, 'dev', 'nodes', '--remove', '--name', name);
    expect(readdirSync('/run/netns').filter((one) => one.startsWith(`gantry-${name}`))).toEqual([]);
    expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(folder);
    expect(existsSync(folder)).toBe(false);
    await leaveNothing(gantry, stateFolder);
  });

  const pods = async (): Promise<readonly PodView[]> => (await client.list('Pod', { namespace: 'default', labelSelector: 'app=who' })).objects
    .map(({ metadata, spec, status }) => ({ name: metadata.name, uid: metadata.uid, ip: status.podIP ?? '', node: spec.nodeName ?? '', leaving: metadata.deletionTimestamp !== undefined }));
  const slices = async () => (await client.list('EndpointSlice', { namespace: 'default', labelSelector: 'kubernetes.io/service-name=who' })).objects;
  const readyEndpoints = async () => (await slices()).flatMap(({ endpoints }) => endpoints.filter(({ conditions }) => conditions.ready === true));
  const sourceIn = (answer: string) => answer.trim().split(' ')[1]?.replace(/^\[?(::ffff:)?|\]$/g, '');

  test('Pods are spread, reach each other at their own addresses, and Services answer everywhere', async () => {
    const all = await pods();
    expect(all.map(({ node }) => node).sort()).toEqual(nodeNames);
    for (const from of all) {
      for (const to of all.filter((pod) => pod !== from)) {
        const answer = await askFromPod(socketOf(from.node), from.name, `http://${to.ip}:8080/cgi-bin/who`);
        expect([answer.split(' ')[0], sourceIn(answer)]).toEqual([to.name, from.ip]);
      }
    }
    const service = (await client.get('Service', { name: 'who' }))!;
    const from = all[0]!;
    const answering = new Set<string | undefined>();
    await until(async () => {
      const answer = await askFromPod(socketOf(from.node), from.name, `http://${service.spec.clusterIP}/cgi-bin/who`);
      answering.add(answer.split(' ')[0]);
      // Its own answers come back through the bridge, masqueraded; all others see the Pod.
      if (!answer.startsWith(from.name)) expect(sourceIn(answer)).toBe(from.ip);
      return answering.size === replicas;
    }, 'every Pod answers at the cluster IP');
    for (const node of nodeNames) expect(await page(`http://${addressOf(node)}:30123/cgi-bin/who`)).toMatch(/^who-/);
    expect(await gantryCommand(gantry, 'get', 'deploy', 'who')).toMatch(/NAME +DESIRED +CURRENT +UP_TO_DATE +AVAILABLE +AGE\nwho +3 +3 +3 +3 /);
  });

  const shared = (): TestNodes => ({
    client, names: nodeNames, socketOf, addressOf, namespaceOf: (nodeName) => `gantry-${nodeName}`,
    apply: (manifests) => gantry.graphql('mutation ($manifests: String!) { applyManifests(manifests: $manifests) { revision } }', { manifests }),
  });
  servicesOnNodes(shared);
  policiesOnNodes(() => ({ ...shared(), list: () => gantryCommand(gantry, 'get', 'networkpolicies') }));

  /** Whether a node may answer for load balancers. */
  const mayAnswer = (nodeName: string, may: boolean) => client.patch('Node', { name: nodeName }, { metadata: { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': may ? null : '' } } });
  const balanced = async () => (await client.get('Service', { name: 'balanced' }))!.status.loadBalancer.ingress[0];

  test('a lost node: its Pods leave the Service, are replaced elsewhere, and are reaped when it is back; never one copy too many', async () => {
    const lost = nodeNames[1]!, namespace = `gantry-${lost}`;
    const old = (await pods()).filter(({ node }) => node === lost);
    expect(old).toHaveLength(1);
    // The load balancer's address is on the node that will be lost.
    for (const node of nodeNames.filter((one) => one !== lost)) await mayAnswer(node, false);
    await until(async () => (await balanced())?.nodeName === lost, 'the node has the address');
    for (const node of nodeNames) await mayAnswer(node, true);
    const { ip } = (await balanced())!;
    await until(() => page(`http://${ip}/cgi-bin/who`).then((text) => text.startsWith('who-'), () => false), 'the address is answered');
    const abort = new AbortController();
    const counts: number[] = [];
    let dropped: bigint | undefined, evicted: bigint | undefined;
    const watchingSlices = (async () => {
      for await (const step of client.follow('EndpointSlice', { namespace: 'default', labelSelector: 'kubernetes.io/service-name=who', signal: abort.signal })) {
        if (step.type !== 'ADDED' && step.type !== 'MODIFIED') continue;
        const ready = step.object.endpoints.filter(({ conditions }) => conditions.ready === true);
        counts.push(ready.length);
        if (!ready.some(({ nodeName }) => nodeName === lost)) dropped ??= BigInt(step.revision);
      }
    })();
    const watchingPods = (async () => {
      for await (const step of client.follow('Pod', { namespace: 'default', labelSelector: 'app=who', signal: abort.signal })) {
        if ('object' in step && step.object.metadata.uid === old[0]!.uid && step.object.metadata.deletionTimestamp !== undefined) evicted ??= BigInt(step.revision);
      }
    })();

    process.kill(agentPid(folder, 2), 'SIGKILL');
    await ipOf(namespace, 'link', 'set', 'eth0', 'down');
    await until(async () => (await client.get('Node', { name: lost }))?.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'Unknown') ?? false, 'the node is Unknown', 60_000);
    await until(async () => !(await readyEndpoints()).some(({ nodeName }) => nodeName === lost), 'its Pods have left the Service');
    await until(async () => (await readyEndpoints()).length === replicas, 'replacements stand behind the Service', 90_000);
    expect((await readyEndpoints()).map(({ nodeName }) => nodeName)).not.toContain(lost);
    for (const node of nodeNames.filter((one) => one !== lost)) expect(await page(`http://${addressOf(node)}:30123/cgi-bin/who`)).toMatch(/^who-/);
    expect((await balanced())?.nodeName).not.toBe(lost);
    expect(await page(`http://${ip}/cgi-bin/who`)).toMatch(/^who-/);
    // Nobody could tell the lost machine: its container still runs.
    expect((await listContainers(socketOf(lost))).some(({ podUid }) => podUid === old[0]!.uid)).toBe(true);

    expect(await gantryCommand(gantry, 'dev', 'nodes', '3', '--name', name, '--heartbeat', '1')).toMatch(/trio-2 +\w+/);
    await until(async () => !(await listContainers(socketOf(lost))).some(({ podUid }) => podUid === old[0]!.uid), 'its old containers are gone', 60_000);
    await until(async () => (await pods()).every(({ uid }) => uid !== old[0]!.uid), 'the old Pod is gone');
    await until(async () => (await client.get('Node', { name: lost }))?.spec.taints.length === 0, 'the node is welcome again');
    await until(async () => (await ipOf(namespace, 'route', 'show', 'proto', '176')).trim().split('\n').length === 2, 'its ways to the others are back');
    expect((await readyEndpoints()).length).toBe(replicas);
    await until(async () => !(await ipOf(namespace, 'address', 'show', 'dev', 'lo')).includes(ip!), 'it has the address no more');

    abort.abort();
    await Promise.all([watchingSlices, watchingPods]);
    expect(Math.max(...counts)).toBeLessThanOrEqual(replicas);
    expect(dropped! < evicted!).toBe(true);
  });
});

async function page(url: string): Promise<string> {
  return (await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(5000) })).text();
}
