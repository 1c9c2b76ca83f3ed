import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createNodeView } from '../../../agent/node/node-view.ts';
import type { ApiContext } from '../../../src/api/context.ts';
import { NodeWorkHub } from '../../../src/api/watch/node-work-hub.ts';
import type { WatchEvent } from '../../../src/api/watch/watch-event.ts';
import { createWatchHub } from '../../../src/api/watch/watch-hub.ts';
import type { NodeWorkStep } from '../../../src/client/client.ts';
import { peerGroupsOf } from '../../../src/kinds/network-policy/peer-groups.ts';
import type { PeerGroup } from '../../../src/kinds/network-policy/peer-groups.ts';
import { keyOf, keyText } from '../../../src/model/object.ts';
import type { NetworkPolicyInput, NetworkPolicyPeerInput, Pod, StoredObject } from '../../../src/model/object.ts';
import { matchesLabelSelector } from '../../../src/model/selector.ts';
import { MemorySnapshot } from '../../../src/store/snapshot.ts';
import type { Change, Snapshot } from '../../../src/store/store.ts';
import { storedObject } from '../../support/arbitraries/stored.ts';
import { manualClock } from '../../support/manual-clock.ts';

/** What happens to one object: it gets this content, or goes. */
type Step = { readonly remove: boolean } & (
  | { readonly kind: 'Pod'; readonly name: string; readonly namespace: string; readonly node: string; readonly app: string; readonly ip: string | undefined; readonly ended: boolean; readonly hostNetwork: boolean }
  | { readonly kind: 'Namespace'; readonly name: string; readonly team: string }
  | { readonly kind: 'NetworkPolicy'; readonly name: string; readonly namespace: string; readonly spec: NetworkPolicyInput['spec'] });

const namespaces = ['blue', 'red', 'kube-system'], app = fc.constantFrom('a', 'b', 'kube-dns');
const selector = fc.oneof(fc.constant({}), app.map((value) => ({ matchLabels: { 'k8s-app': value } })));
const teams = fc.oneof(fc.constant({}), fc.constantFrom('x', 'y').map((team) => ({ matchLabels: { team } })));
const peer: fc.Arbitrary<NetworkPolicyPeerInput> = fc.oneof(fc.record({ podSelector: selector }), fc.record({ namespaceSelector: teams }), fc.record({ podSelector: selector, namespaceSelector: teams }), fc.constant({ ipBlock: { cidr: '10.0.0.0/8' } }));
const port = fc.constantFrom({ port: 80 }, { port: 'http' }, { port: 'dns', protocol: 'UDP' as const });
const rules = fc.record({ ingress: fc.array(fc.record({ from: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 1 }) }), { maxLength: 1 }), egress: fc.array(fc.record({ to: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) }), { maxLength: 2 }) }, { requiredKeys: [] });
const remove = fc.integer({ min: 0, max: 3 }).map((n) => n === 0), namespace = fc.constantFrom(...namespaces), few = fc.constantFrom('p', 'q', 'r');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('Pod' as const), name: few, namespace, remove, node: fc.constantFrom('n1', 'n2'), app, ip: fc.option(fc.constantFrom('10.244.1.2', '10.244.1.3', '10.244.2.2'), { nil: undefined }), ended: remove, hostNetwork: remove }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('Namespace' as const), name: namespace, remove, team: fc.constantFrom('x', 'y') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('NetworkPolicy' as const), name: few, namespace, remove, spec: rules }) },
);

/** A bound Pod keeps its node and its network; all else may change. */
function objectOf(given: Step, previous: StoredObject | undefined, revision: number): StoredObject {
  const { name } = given;
  const meta = { resourceVersion: String(revision), ...(previous ? { uid: previous.metadata.uid } : {}) };
  if (given.kind === 'Namespace') return storedObject('Namespace', { metadata: { name, labels: { team: given.team } } }, meta);
  if (given.kind === 'NetworkPolicy') return storedObject('NetworkPolicy', { metadata: { name, namespace: given.namespace }, spec: given.spec }, meta);
  const before = (previous as Pod | undefined)?.spec;
  const pod = storedObject('Pod', { metadata: { name, namespace: given.namespace, labels: { 'k8s-app': given.app } }, spec: {
    nodeName: before?.nodeName ?? given.node, hostNetwork: before?.hostNetwork ?? given.hostNetwork, containers: [{ name: 'main', image: 'x', ports: [{ name: 'http', containerPort: 8080 }, { name: 'dns', protocol: 'UDP', containerPort: 5353 }] }] } }, meta);
  return { ...pod, status: { ...pod.status, phase: given.ended ? 'Succeeded' : 'Running', ...(given.ip ? { podIP: given.ip } : {}) } };
}

/** A server without a database: changes are told to a hub as a store would. */
function newServer() {
  const clock = manualClock();
  const listeners = new Set<(changes: readonly Change[], snapshot: Snapshot) => void>();
  const store = { snapshot: () => snapshot, onChanges: (listener: (changes: readonly Change[], at: Snapshot) => void) => { listeners.add(listener); return () => listeners.delete(listener); } };
  let snapshot = MemorySnapshot.empty, revision = 1;
  const work = new NodeWorkHub(createWatchHub(store, clock, 1000));
  const context = { parts: { store, metrics: { subscriptionStarted: () => () => undefined, subscriberTooSlow: () => undefined }, limits: { waitingEvents: 10_000 } } } as unknown as ApiContext;
  return {
    watch: (node: string) => work.watch(node, context),
    snapshot: () => snapshot,
    change(steps: readonly Step[]) {
      const changes: Change[] = [];
      for (const one of steps) {
        revision += 1;
        const at = 'namespace' in one ? one.namespace : '';
        const previous = snapshot.find({ kind: one.kind, namespace: at, name: one.name });
        if (one.remove && !previous) continue;
        const object = one.remove && previous ? { ...previous, metadata: { ...previous.metadata, resourceVersion: String(revision) } } : objectOf(one, previous, revision);
        changes.push({ revision, type: one.remove ? 'DELETED' : previous ? 'MODIFIED' : 'ADDED', object, ...(previous ? { previous } : {}) });
        snapshot = snapshot.after(changes.slice(-1), revision);
      }
      for (const listener of listeners) listener(changes, snapshot);
      // A revision at which nothing happens: when it is told, all before it was.
      revision += 1;
      snapshot = snapshot.after([], revision);
      clock.advance(1000);
      return revision;
    },
  };
}

/** What a set must hold, worked out from all Pods of the cluster. */
function truthOf({ namespace: own, namespaceSelector, podSelector, port: name }: PeerGroup, snapshot: Snapshot): readonly string[] {
  const isIn = (at: string) => (own === undefined ? matchesLabelSelector(namespaceSelector, snapshot.get('Namespace', '', at)?.metadata.labels ?? {}) && snapshot.get('Namespace', '', at) !== undefined : own === at);
  const pods = snapshot.list('Pod').filter(({ metadata, spec, status }) => status.phase === 'Running' && !spec.hostNetwork && status.podIP && isIn(metadata.namespace ?? '') && matchesLabelSelector(podSelector, metadata.labels));
  const members = pods.map(({ status }) => (name ? `${status.podIP} . ${name.name === 'http' ? 'tcp . 8080' : 'udp . 5353'}` : status.podIP ?? ''));
  const hasDns = isIn('kube-system') && matchesLabelSelector(podSelector, { 'k8s-app': 'kube-dns' }) && name?.name !== 'http';
  return [...new Set([...members, ...(hasDns ? [name ? 'dns . udp . 53' : 'dns'] : [])])].sort();
}

/** What came over the wire. */
const asTold = (event: WatchEvent): NodeWorkStep => JSON.parse(JSON.stringify({ ...event, revision: String(event.revision) })) as NodeWorkStep;

test('a node knows the policies of the namespaces of its Pods and the addresses they speak of, and nothing else; a Pod never before its policies', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { maxLength: 12 }), fc.nat(6), async (batches, reconnectAt) => {
    const server = newServer(), view = createNodeView('n1');
    let events = server.watch('n1');
    view.begin();
    const follow = async (upTo: number) => {
      for (;;) {
        const { value } = await events.next() as { value: WatchEvent };
        view.accept(asTold(value));
        if (value.object?.kind === 'Pod' && value.type !== 'DELETED' && !(value.object as Pod).spec.hostNetwork) {
          const older = server.snapshot().list('NetworkPolicy', value.object.metadata.namespace).filter(({ metadata }) => Number(metadata.resourceVersion) <= value.revision);
          expect(view.networkPolicies().map(({ metadata }) => metadata.uid)).toEqual(expect.arrayContaining(older.map(({ metadata }) => metadata.uid)));
        }
        if (value.type === 'BOOKMARK' && value.revision >= upTo) return;
      }
    };
    for (const [index, steps] of batches.entries()) {
      const upTo = server.change(steps);
      if (index === reconnectAt) {
        await events.return(undefined);
        events = server.watch('n1');
        view.begin();
      }
      await follow(upTo);
      const snapshot = server.snapshot();
      const cared = new Set(snapshot.podsOnNode('n1').filter(({ spec }) => !spec.hostNetwork).map(({ metadata }) => metadata.namespace));
      const policies = snapshot.list('NetworkPolicy').filter(({ metadata }) => cared.has(metadata.namespace));
      const versions = (list: readonly StoredObject[]) => list.map((policy) => `${keyText(keyOf(policy))}@${policy.metadata.resourceVersion}`).sort();
      expect(versions(view.networkPolicies())).toEqual(versions(policies as readonly StoredObject[]));
      const groups = new Map(policies.flatMap((policy) => [...peerGroupsOf(policy)]));
      for (const [key, group] of groups) expect([key, [...view.peers(key)].sort()]).toEqual([key, truthOf(group, snapshot)]);
    }
  }), { numRuns: 150 });
});
