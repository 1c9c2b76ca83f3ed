import { expect, test } from 'vitest';
import { reachesFromPod } from './dev-nodes.ts';
import { until } from './engine.ts';
import type { TestNodes } from './services-on-nodes.ts';

const guest = (podName: string, node: string, more = '') => `
---
apiVersion: v1
kind: Pod
metadata: { name: ${podName}, namespace: shop, labels: { app: guest } }
spec: { nodeName: ${node}, terminationGracePeriodSeconds: 0, restartPolicy: Never, containers: [{ name: main, image: 'gantry/hello:1'${more} }] }`;

const policy = (namespace: string, name: string, spec: string) => `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: ${namespace}, name: ${name} }
spec: ${spec}`;

const shop = '{ matchLabels: { kubernetes.io/metadata.name: shop } }';
const toWho = '{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: default } }, podSelector: { matchLabels: { app: who } } }], ports: [{ port: 8080 }] }';
const toDns = '{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }], ports: [{ protocol: UDP, port: 53 }] }';

/** NetworkPolicies on a cluster of several nodes on which the Pods `app: who` serve behind the Service `who` and node port 30123. `list` is what `gantry get networkpolicies` prints. */
export function policiesOnNodes(nodes: () => TestNodes & { list(): Promise<string> }): void {
  test('NetworkPolicies: a namespace as a wall with doors, on one node and across nodes, by address and by name', async () => {
    const { client, names, socketOf, addressOf, apply, list } = nodes();
    const [near, other] = names as [string, string];
    await apply(`{apiVersion: v1, kind: Namespace, metadata: {name: shop}}${guest('guest-1', near)}${guest('guest-2', other)}`);
    const podOf = async (name: string) => client.get('Pod', { namespace: 'shop', name });
    await until(async () => (await podOf('guest-1'))?.status.phase === 'Running' && (await podOf('guest-2'))?.status.phase === 'Running', 'the guests run', 90_000);
    const guestIP = (await podOf('guest-2'))?.status.podIP;
    const whoPods = (await client.list('Pod', { namespace: 'default', labelSelector: 'app=who' })).objects;
    const who = (node: string) => whoPods.find(({ spec }) => spec.nodeName === node)!;
    const pageOf = (address: string | undefined, port = 8080) => `http://${address}:${port}/cgi-bin/who`;
    const clusterIP = (await client.get('Service', { name: 'who' }))!.spec.clusterIP;
    const fromGuest = (url: string) => () => reachesFromPod(socketOf(near), 'guest-1', url);
    const ways = {
      'guest to its node': fromGuest(pageOf(who(near).status.podIP)),
      'guest to another node': fromGuest(pageOf(who(other).status.podIP)),
      'guest to the Service': fromGuest(pageOf(clusterIP, 80)),
      'guest by name': fromGuest(pageOf('who.default.svc.cluster.local', 80)),
      'guest to guest': fromGuest(`http://${guestIP}:8080`),
      'who to who': () => reachesFromPod(socketOf(near), who(near).metadata.name, pageOf(who(other).status.podIP)),
      'outside': () => fetch(`http://${addressOf(near)}:30123/cgi-bin/who`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(1500) }).then(() => true, () => false),
    };
    const expectOnly = async (...open: readonly (keyof typeof ways)[]) => {
      let seen: readonly string[] = [];
      await until(async () => {
        seen = (await Promise.all(Object.entries(ways).map(async ([name, reaches]) => ((await reaches()) ? [name] : [])))).flat();
        return seen.toSorted().join() === open.toSorted().join();
      }, `open are only: ${open.join(', ')}`).catch((error: Error) => { throw new Error(`${error.message}; seen last: ${seen.join(', ')}`); });
    };
    const byAddress = ['guest to its node', 'guest to another node', 'guest to the Service'] as const, doors = [...byAddress, 'guest by name'] as const;

    await expectOnly(...doors, 'guest to guest', 'who to who', 'outside');
    await apply(policy('default', 'deny', '{ podSelector: {}, policyTypes: [Ingress] }') + policy('default', 'own', '{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }'));
    await expectOnly('guest to guest', 'who to who');
    expect(await list()).toMatch(/NAME +POD_SELECTOR +TYPES +AGE\ndeny +<all> +Ingress .*\nown +<all> +Ingress /);
    await apply(policy('default', 'guests', `{ podSelector: { matchLabels: { app: who } }, ingress: [{ from: [{ namespaceSelector: ${shop}, podSelector: { matchLabels: { app: guest } } }], ports: [{ port: http }] }] }`));
    await expectOnly(...doors, 'guest to guest', 'who to who');
    await apply(policy('default', 'machines', '{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.99.0.0/24 } }] }] }'));
    await expectOnly(...doors, 'guest to guest', 'who to who', 'outside');

    await apply(policy('shop', 'out', `{ podSelector: { matchLabels: { app: guest } }, policyTypes: [Egress], egress: [${toWho}] }`));
    await expectOnly(...byAddress, 'who to who', 'outside');
    await apply(policy('shop', 'names', `{ podSelector: {}, policyTypes: [Egress], egress: [${toDns}] }`));
    await expectOnly(...doors, 'who to who', 'outside');

    // What a Pod does first finds its rules in force.
    const tries = `timeout 3 wget -q -O /dev/null http://${guestIP}:8080 && exit 1; timeout 20 wget -q -O /dev/null ${pageOf(who(near).status.podIP)} || exit 2`;
    await apply(guest('hasty', other, `, command: [/bin/sh, -c, '${tries}']`));
    await until(async () => ['Succeeded', 'Failed'].includes((await podOf('hasty'))?.status.phase ?? ''), 'the hasty Pod has ended');
    expect((await podOf('hasty'))?.status.containerStatuses[0]?.state.terminated?.exitCode).toBe(0);

    for (const { metadata } of (await client.list('NetworkPolicy')).objects) await client.delete('NetworkPolicy', { namespace: metadata.namespace, name: metadata.name });
    await expectOnly(...doors, 'guest to guest', 'who to who', 'outside');
    await client.delete('Namespace', { name: 'shop' });
  }, 300_000);
}
