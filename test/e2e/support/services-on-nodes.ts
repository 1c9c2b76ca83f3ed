import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTable } from '../../../agent/proxy/table.ts';
import { createHost } from '../../../agent/host/host.ts';
import type { Client } from '../../../src/client/client.ts';
import type { Service, ServiceSpec } from '../../../src/model/object.ts';
import type { Answers } from '../../integration/proxy/support/network.ts';
import { until } from './engine.ts';
import { echoPods, echoServices, portOf, rolling } from './echo-manifests.ts';
import { startLoad } from './load.ts';
import { answerAs, askFrom, loadFrom, lookUp, podIP, processOf, run, tools } from './probes.ts';
import type { Question } from './probes.ts';

/** The cluster that the tests share. */
export interface TestNodes {
  readonly client: Client;
  readonly names: readonly string[];
  socketOf(nodeName: string): string;
  addressOf(nodeName: string): string;
  namespaceOf(nodeName: string): string;
  apply(manifests: string): Promise<unknown>;
}

/** Services of every type, their names, and changes under load, on a cluster of several nodes with real Pods. */
export function servicesOnNodes(nodes: () => TestNodes): void {
  describe('Services', () => {
    const servers: ChildProcess[] = [];
    const accepted: number[][] = [];
    const pids: string[] = [];
    beforeAll(async () => {
      const { client, names, apply } = nodes();
      await apply(`${echoPods(names)}${echoServices}`);
      await until(async () => (await Promise.all(names.map((_, i) => podIP(client, `echo-${i + 1}`)))).every((ip) => ip !== ''), 'the Pods have addresses', 120_000);
      for (const [i, node] of names.entries()) {
        pids[i] = await processOf(nodes().socketOf(node), `echo-${i + 1}`);
        const server = spawn('nsenter', ['-t', pids[i]!, '-n', process.execPath, path.join(tools, 'endpoint.mjs'), `echo-${i + 1}`, String(portOf(i))], { stdio: ['ignore', 'pipe', 'inherit'] });
        servers.push(server);
        await once(server.stdout!, 'data');
        accepted[i] = [];
        server.stdout!.on('data', (chunk: Buffer) => { for (const line of chunk.toString().split('\n').filter(Boolean)) accepted[i]!.push(Number(line)); });
      }
      const slice = ['echo-1', 'echo-2'].map(async (name) => `{ addresses: ["${await podIP(client, name)}"], conditions: { ready: true } }`);
      await apply(`{ apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: { name: by-hand-1, labels: { kubernetes.io/service-name: by-hand } }, addressType: IPv4, ports: [{ name: "", port: 8080, protocol: TCP }], endpoints: [${(await Promise.all(slice)).join(', ')}] }`);
      await apply(`{ apiVersion: v1, kind: Endpoints, metadata: { name: by-hand-mirrored }, subsets: [{ addresses: [{ ip: ${await podIP(client, 'echo-1')} }, { ip: ${await podIP(client, 'echo-2')} }], ports: [{ port: 8080 }] }] }`);
      // The last thing to be known on every node.
      for (const name of ['echo', 'sticky', 'near', 'by-hand', 'by-hand-mirrored']) {
        const { spec } = await serviceOf(name);
        for (const node of names) await until(async () => (await frontsOf(node)).has(`${spec.clusterIP} . tcp . 80`), `${node} serves ${name}`);
      }
    });
    afterAll(async () => {
      for (const server of servers) if (server.exitCode === null && server.kill('SIGKILL')) await once(server, 'exit');
    });

    const serviceOf = async (name: string): Promise<Service> => (await nodes().client.get('Service', { name }))!;
    const podNames = () => nodes().names.map((_, i) => `echo-${i + 1}`);
    const inPod = (i: number, questions: readonly Question[]) => askFrom(['nsenter', '-t', pids[i]!, '-n'], questions);
    const onNode = (node: string, questions: readonly Question[]) => askFrom(['nsenter', `--net=/run/netns/${nodes().namespaceOf(node)}`], questions);
    const outside = (questions: readonly Question[]) => askFrom([], questions);
    const tableOf = async (node: string) => (await findTable(createHost(['nsenter', `--net=/run/netns/${nodes().namespaceOf(node)}`])))!.ruleset;
    const frontsOf = async (node: string): Promise<ReadonlySet<string>> => { const { addresses, unserved } = await tableOf(node); return new Set([...addresses.keys(), ...unserved.keys()]); };
    const everyone = (answers: Answers | undefined): void => expect([Object.keys(answers?.servers ?? {}).toSorted(), answers?.failures]).toEqual([podNames(), {}]);
    const patch = (name: string, spec: object) => nodes().client.patch('Service', { name }, { spec });

    test('every Pod and every node reaches all endpoints by TCP and UDP on one number, each at its own port of that name; so do node ports, on nodes with and without them', async () => {
      const { spec } = await serviceOf('echo');
      const asked: readonly Question[] = [['tcp', spec.clusterIP!, 80, 60], ['udp', spec.clusterIP!, 80, 60]];
      const { names, addressOf } = nodes();
      for (const answers of [...await Promise.all(names.map((_, i) => inPod(i, asked))), ...await Promise.all(names.map((node) => onNode(node, asked)))]) answers.forEach(everyone);
      const ports = names.flatMap((node): Question[] => [['tcp', addressOf(node), 30201, 60], ['udp', addressOf(node), 30201, 60]]);
      (await outside(ports)).forEach(everyone);
      // The third Pod listens at another number.
      const [numbered] = await outside([['tcp', addressOf(names[0]!), 30202, 60]]);
      expect([Object.keys(numbered!.servers).toSorted(), Object.keys(numbered!.failures)]).toEqual([['echo-1', 'echo-2'], ['ECONNREFUSED']]);
    });

    test('affinity: a client stays with one endpoint, whichever node it asks from', async () => {
      const { spec } = await serviceOf('sticky');
      for (const answers of await Promise.all(nodes().names.map((_, i) => inPod(i, [['tcp', spec.clusterIP!, 80, 30]])))) expect([Object.values(answers[0]!.servers), answers[0]!.failures]).toEqual([[30], {}]);
    });

    test('policies Local: endpoints of the node that is asked, which see the client; nodes without any stay silent', async () => {
      const { spec } = await serviceOf('near');
      const { names, addressOf } = nodes();
      for (const i of [0, 1]) {
        const [inside] = await inPod(i, [['tcp', spec.clusterIP!, 80, 10]]);
        expect(inside).toMatchObject({ servers: { [`echo-${i + 1}`]: 10 }, failures: {} });
        const [fromOutside] = await outside([['tcp', addressOf(names[i]!), 30203, 10]]);
        expect(fromOutside).toEqual({ servers: { [`echo-${i + 1}`]: 10 }, sources: ['10.99.0.254'], failures: {} });
      }
      expect((await inPod(2, [['tcp', spec.clusterIP!, 80]]))[0]!.failures).toEqual({ TIMEOUT: 1 });
      expect((await outside([['tcp', addressOf(names[2]!), 30203]]))[0]!.failures).toEqual({ TIMEOUT: 1 });
    });

    test.each(['by-hand', 'by-hand-mirrored'])('endpoints written by hand: %s', async (name) => {
      const { spec } = await serviceOf(name);
      for (const i of [0, 2]) await answerAs(async () => (await inPod(i, [['tcp', spec.clusterIP!, 80, 40]]))[0]!, ({ servers }) => Object.keys(servers).toSorted().join() === 'echo-1,echo-2');
    });

    test('every record is answered alike on every node, to Pods and by short names too', async () => {
      const { client, names } = nodes();
      const ips = await Promise.all([...podNames(), 'never-ready'].map((name) => podIP(client, name)));
      const { spec } = await serviceOf('echo'), zone = 'default.svc.cluster.local';
      const expected = {
        [`A echo.${zone}`]: [spec.clusterIP], [`A ECHO.Default.svc.cluster.local`]: [spec.clusterIP], [`AAAA echo.${zone}`]: 'ENODATA', [`SRV _t._tcp.echo.${zone}`]: [`80 echo.${zone}`], [`SRV _u._udp.echo.${zone}`]: [`80 echo.${zone}`],
        [`PTR ${spec.clusterIP!.split('.').toReversed().join('.')}.in-addr.arpa`]: [`echo.${zone}`],
        [`A each.${zone}`]: ips.slice(0, 3).toSorted(), [`A host-2.each.${zone}`]: [ips[1]], [`SRV _t._tcp.each.${zone}`]: [1, 2, 3].map((i) => `${portOf(i - 1)} host-${i}.each.${zone}`).toSorted(),
        [`PTR ${ips[2]!.split('.').toReversed().join('.')}.in-addr.arpa`]: [`host-3.each.${zone}`], [`CNAME alias.${zone}`]: [`echo.${zone}`], [`A alias.${zone}`]: [spec.clusterIP],
        [`A published.${zone}`]: [ips[3]], [`A unpublished.${zone}`]: 'ENOTFOUND', [`A nobody.${zone}`]: 'ENOTFOUND', [`A ${ips[0]!.replaceAll('.', '-')}.default.pod.cluster.local`]: [ips[0]], 'TXT dns-version.cluster.local': ['1.1.0'],
      };
      for (const [i, pid] of pids.entries()) {
        await until(async () => JSON.stringify(await lookUp(pid, Object.keys(expected))) === JSON.stringify(expected), `${names[i]} answers every name`, 30_000).catch(async () => expect(await lookUp(pid, Object.keys(expected))).toEqual(expected));
        // By the Pod's own resolv.conf.
        for (const name of ['echo', 'echo.default', 'alias', 'echo.default.svc.cluster.local']) expect((await run('nsenter', ['-t', pid, '-m', '-n', '/bin/nc', '-w', '5', name, '80'])).stdout).toMatch(/^echo-[123] /);
      }
    });

    test('an endpoint that leaves a Service gets no new connection once the nodes have the rules without it', async () => {
      const { client, names, addressOf } = nodes();
      const { spec } = await serviceOf('echo'), leaving = `${await podIP(client, 'echo-2')} . 8080`;
      const load = await Promise.all([...names.map((_, i) => loadFrom(['nsenter', '-t', pids[i]!, '-n'], spec.clusterIP!, 80)), ...names.map((node) => loadFrom([], addressOf(node), 30201))]);
      await client.patch('Pod', { name: 'echo-2' }, { metadata: { labels: { app: 'other' } } });
      const fronts = new Set([`${spec.clusterIP} . tcp . 80`, 'tcp . 30201']);
      const knows = async (node: string): Promise<boolean> => {
        const { backends, port_backends } = await tableOf(node);
        return ![...backends, ...port_backends].some(([key, backend]) => backend === leaving && fronts.has(key.slice(0, key.lastIndexOf(' . '))));
      };
      for (const node of names) await until(() => knows(node), `${node} has the rules without it`, 30_000);
      const others = () => accepted[0]!.length + accepted[2]!.length;
      const goOn = async (count: number): Promise<void> => { const before = others(); await until(() => others() > before + count, 'the others go on answering', 30_000); };
      // What it had accepted by then may be told a little later.
      await goOn(50);
      const had = accepted[1]!.length;
      await goOn(300);
      expect([accepted[1]!.length, (await Promise.all(load.map((one) => one.stop()))).flat()]).toEqual([had, []]);
      await client.patch('Pod', { name: 'echo-2' }, { metadata: { labels: { app: 'echo' } } });
    });

    test('a Service changes its type: ports, addresses and names follow on every node', async () => {
      const { names, addressOf } = nodes();
      const ports = names.map((node): Question => ['tcp', addressOf(node), 30201]);
      await patch('echo', { type: 'ClusterIP' });
      await until(async () => (await outside(ports)).every(({ failures }) => failures['ECONNREFUSED'] === 1), 'the node ports are closed', 30_000);
      const { spec } = await serviceOf('echo');
      await patch('echo', { type: 'ExternalName', externalName: 'each.default.svc.cluster.local', clusterIP: null, clusterIPs: null });
      await until(async () => (await Promise.all(pids.map((pid) => lookUp(pid, ['CNAME echo.default.svc.cluster.local'])))).every((answer) => JSON.stringify(Object.values(answer)) === '[["each.default.svc.cluster.local"]]'), 'it is only a name', 30_000);
      await until(async () => (await inPod(0, [['tcp', spec.clusterIP!, 80]]))[0]!.failures['ECONNREFUSED'] === 1, 'its address is nobody\'s', 30_000);
      await patch('echo', { type: 'LoadBalancer', externalName: null } satisfies { type: ServiceSpec['type']; externalName: null });
      const address = await balancedAddress('echo');
      await until(async () => (await outside([['tcp', address, 80, 10]]))[0]!.servers['echo-1'] !== undefined, 'it answers at its address, without a route', 30_000);
    });

    test('a load balancer\'s address: for its ranges only; with policy Local the client is seen, by Pods of the node that has it, and health checks tell which node has some', async () => {
      const { names, addressOf } = nodes();
      const address = await balancedAddress('echo');
      const ask = async (count = 20): Promise<Answers> => (await outside([['tcp', address, 80, count]]))[0]!;
      await until(async () => Object.keys((await ask()).servers).length === 3, 'all endpoints are behind it', 30_000);
      await patch('echo', { loadBalancerSourceRanges: ['10.99.0.0/29'] });
      await until(async () => (await ask(1)).failures['TIMEOUT'] === 1, 'strangers are not answered', 30_000);
      await patch('echo', { loadBalancerSourceRanges: ['10.99.0.254/32'], externalTrafficPolicy: 'Local' });
      await until(async () => (await ask(1)).failures['TIMEOUT'] === undefined, 'those in the ranges are', 30_000);
      await until(async () => (await nodeOf('echo')) !== undefined, 'a node has it');
      const answers = await answerAs(() => ask(), (one) => Object.keys(one.servers).length === 1 && one.sources.length === 1 && one.sources[0] === '10.99.0.254');
      expect(Object.keys(answers.servers)).toEqual([`echo-${names.indexOf((await nodeOf('echo'))!) + 1}`]);
      const { spec } = await serviceOf('echo');
      for (const node of names) {
        await until(() => fetch(`http://${addressOf(node)}:${spec.healthCheckNodePort}/`, { headers: { connection: 'close' } }).then(async (response) => response.status === 200 && (await response.json() as { localEndpoints: number }).localEndpoints === 1, () => false), `${node} says that it has one`, 30_000);
      }
      await nodes().client.patch('Pod', { name: 'echo-3' }, { metadata: { labels: { app: 'other' } } });
      await until(() => fetch(`http://${addressOf(names[2]!)}:${spec.healthCheckNodePort}/`, { headers: { connection: 'close' } }).then((response) => response.status === 503), 'the third says that it has none', 30_000);
      await patch('echo', { externalTrafficPolicy: 'Cluster', loadBalancerSourceRanges: null });
    });

    const balancedAddress = async (name: string): Promise<string> => {
      await until(async () => (await serviceOf(name)).status.loadBalancer.ingress[0]?.ip !== undefined, `${name} has an address`, 30_000);
      return (await serviceOf(name)).status.loadBalancer.ingress[0]!.ip!;
    };
    const nodeOf = async (name: string) => (await serviceOf(name)).status.loadBalancer.ingress[0]?.nodeName;
  });

  test('a rolling update behind a node port, asked for at every node, loses no request', async () => {
    const { client, names, addressOf, apply } = nodes();
    await apply(rolling('gantry/hello:1'));
    const isDone = async (): Promise<boolean> => {
      const { metadata, spec, status } = (await client.get('Deployment', { name: 'rolling' }))!;
      return status.observedGeneration === metadata.generation && [status.updatedReplicas, status.availableReplicas, status.replicas].every((count) => count === spec.replicas);
    };
    const page = (node: string) => fetch(`http://${addressOf(node)}:30205`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(5000) }).then((response) => response.text(), () => '');
    await until(isDone, 'the first version runs', 120_000);
    for (const node of names) await until(async () => /Hello from/.test(await page(node)), `${node} answers`, 30_000);
    const load = names.map((node) => startLoad(`http://${addressOf(node)}:30205`, 2));
    await apply(rolling('gantry/hello:2'));
    await until(isDone, 'the second version runs', 180_000);
    for (const node of names) await until(async () => /version 2/.test(await page(node)), `${node} answers with it`, 30_000);
    const seen = await Promise.all(load.map((one) => one.stop()));
    for (const { answers, failures } of seen) {
      expect(failures).toEqual([]);
      expect([answers.some((text) => text.startsWith('Hello from')), answers.some((text) => text.includes('version 2'))]).toEqual([true, true]);
    }
    await client.delete('Deployment', { name: 'rolling' });
  });
}
