import { Resolver } from 'node:dns/promises';
import { mkdtempSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from './support/engine.ts';
import { leaveNothing, startGantry } from './support/gantry.ts';
import type { Gantry } from './support/gantry.ts';

const dnsAddress = '10.96.0.10';

const database = (name: string) => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: names, labels: {app: db}}
spec:
  hostname: ${name}
  subdomain: db
  terminationGracePeriodSeconds: 1
  containers:
    - name: server
      image: gantry/hello:1
      env: [{name: POD_NAME, value: "page of ${name}"}]
      readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
---`;

/** A Pod that does something once and waits. */
const client = (name: string, script: string, more: string) => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: names}
spec:
  terminationGracePeriodSeconds: 1
  ${more}
  containers:
    - name: client
      image: gantry/hello:1
      command: ["/bin/sh", "-c", ${JSON.stringify(`${script}; echo done; exec sleep 3600`)}]
---`;

/** Asks until it is answered: Pods and their names come up while the client runs. */
const ask = 'ask() { until page=$(timeout 2 wget -q -O- http://$1 2>/dev/null); do sleep 0.2; done; echo "$1: $page" | tr "\\n" " "; echo; }';
const asked = ['front', 'hello.default', 'db-0.db:8080', 'db-1.db.names.svc.cluster.local:8080', 'alias'];

const manifests = `
apiVersion: v1
kind: Namespace
metadata: {name: names}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: names}
spec: {clusterIP: None, selector: {app: db}, ports: [{name: http, port: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: front, namespace: names}
spec: {selector: {app: db}, ports: [{name: http, port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: alias, namespace: names}
spec: {type: ExternalName, externalName: hello.default.svc.cluster.local}
---${database('db-0')}${database('db-1')}
${client('asker', `${ask}; for name in ${asked.join(' ')}; do ask $name; done; cat /etc/resolv.conf`, 'dnsPolicy: ClusterFirst')}
${client('on-host', `${ask}; ask db-1.db:8080`, 'hostNetwork: true\n  dnsPolicy: ClusterFirstWithHostNet')}
${client('own', 'cat /etc/resolv.conf', 'dnsPolicy: None\n  dnsConfig: {nameservers: [192.0.2.53], searches: [example.org], options: [{name: ndots, value: "2"}, {name: edns0}]}')}
`;

/** Names of the cluster, as Pods and programs of the node see them. */
describe('names', () => {
  const stateFolder = mkdtempSync(path.join(tmpdir(), 'gantry-'));
  const resolver = new Resolver({ timeout: 5000, tries: 4 });
  let gantry: Gantry;
  beforeAll(async () => {
    resolver.setServers([dnsAddress]);
    gantry = await startGantry({ stateFolder });
    await gantry.graphql('mutation ($manifests: String!) { applyManifests(manifests: $manifests) { revision } }', { manifests });
  });
  afterAll(async () => {
    expect(ownAddresses()).toContain(dnsAddress);
    await leaveNothing(gantry, stateFolder);
    expect(ownAddresses()).not.toContain(dnsAddress);
  });

  test('lead from Pods to Services of their namespace, of others, to single Pods, and to names for names', async () => {
    const lines = await finished(gantry, 'asker');
    const answers = answersIn(lines);
    expect(answers['front']).toMatch(/page of db-[01]/);
    expect(answers['hello.default']).toMatch(/hello-[a-z0-9]+-[a-z0-9]{5}/);
    expect(answers['db-0.db:8080']).toContain('page of db-0');
    expect(answers['db-1.db.names.svc.cluster.local:8080']).toContain('page of db-1');
    expect(answers['alias']).toMatch(/hello-[a-z0-9]+-[a-z0-9]{5}/);
    expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(/^search names\.svc\.cluster\.local svc\.cluster\.local cluster\.local/), `nameserver ${dnsAddress}`, 'options ndots:5']));
  });

  test('reach Pods on the node\'s own network, and those that bring their own settings', async () => {
    expect(answersIn(await finished(gantry, 'on-host'))['db-1.db:8080']).toContain('page of db-1');
    expect(await finished(gantry, 'own')).toEqual(['search example.org', 'nameserver 192.0.2.53', 'options ndots:2 edns0', 'done']);
  });

  test('have every record, and follow changes', async () => {
    const { pod } = await gantry.graphql<{ pod: { status: { podIP: string } } }>('{ pod(name: "db-0", namespace: "names") { status { podIP } } }');
    const { service } = await gantry.graphql<{ service: { spec: { clusterIP: string } } }>('{ service(name: "front", namespace: "names") { spec { clusterIP } } }');
    expect(await resolver.resolve4('front.names.svc.cluster.local')).toEqual([service.spec.clusterIP]);
    expect(await resolver.reverse(service.spec.clusterIP)).toEqual(['front.names.svc.cluster.local']);
    expect(await resolver.reverse(pod.status.podIP)).toEqual(['db-0.db.names.svc.cluster.local']);
    expect((await resolver.resolveSrv('_http._tcp.db.names.svc.cluster.local')).map(({ name, port }) => `${name} ${port}`).sort()).toEqual(['db-0.db.names.svc.cluster.local 8080', 'db-1.db.names.svc.cluster.local 8080']);
    expect(await resolver.resolve4(`${pod.status.podIP.replaceAll('.', '-')}.names.pod.cluster.local`)).toEqual([pod.status.podIP]);
    expect(await resolver.resolve4('kubernetes.default.svc.cluster.local')).toEqual(['10.96.0.1']);
    expect(await resolver.resolve4('kube-dns.kube-system.svc.cluster.local')).toEqual([dnsAddress]);
    await gantry.graphql('mutation { deletePod(name: "db-0", namespace: "names") { revision } }');
    await until(async () => (await resolver.resolve4('db-0.db.names.svc.cluster.local').catch((error: { code: string }) => error.code)) === 'ENOTFOUND', 'the Pod\'s name is gone');
    expect(await resolver.resolve4('db.names.svc.cluster.local')).toHaveLength(1);
  });
});

const ownAddresses = () => Object.values(networkInterfaces()).flatMap((each) => each ?? []).map(({ address }) => address);

/** Pages by the name that was asked. */
const answersIn = (lines: readonly string[]): Readonly<Record<string, string>> => Object.fromEntries(lines.map((line) => line.split(/: (.*)/)));

/** What a client has written, once it is done. */
async function finished(gantry: Gantry, name: string): Promise<readonly string[]> {
  let lines: readonly string[] = [];
  await until(async () => {
    const answer = await gantry.graphql<{ podLogs: { lines: string[] } }>('query ($name: String!) { podLogs(name: $name, namespace: "names") { lines } }', { name }).catch(() => undefined);
    lines = answer?.podLogs.lines ?? [];
    return lines.includes('done');
  }, `Pod ${name} is done; it wrote ${lines.join(', ')}`);
  return lines;
}
