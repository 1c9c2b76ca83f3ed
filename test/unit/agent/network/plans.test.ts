import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderChange } from '../../../../agent/network/apply-changes.ts';
import { planChanges, place } from '../../../../agent/network/plan-changes.ts';
import { planEntries, tunnelHardware } from '../../../../agent/network/plan-entries.ts';
import { planPeers } from '../../../../agent/network/plan-peers.ts';
import type { KnownNode } from '../../../../agent/network/plan-peers.ts';
import type { Entry, NetworkMode } from '../../../../agent/network/entry.ts';
import { contains } from '../../../../agent/runtime/docker/cidr.ts';

const facts = { nodeName: 'node-1', nodeIP: '192.0.2.1', podCIDR: '10.244.1.0/24', clusterCIDR: '10.244.0.0/16' };

function node(name: string, podCIDR: string | undefined, address: string | undefined): KnownNode {
  const metadata = { uid: name, name, labels: {}, annotations: {}, creationTimestamp: '', finalizers: [], ownerReferences: [], resourceVersion: '1', generation: 1, managedFields: [] };
  return { metadata, spec: { podCIDR, unschedulable: false, taints: [] }, status: { conditions: [], images: [], addresses: address === undefined ? [] : [{ type: 'Hostname', address: name }, { type: 'InternalIP', address }] } };
}

const ranges = fc.oneof(
  fc.integer({ min: 0, max: 6 }).map((n) => `10.244.${n}.0/24`),
  fc.constantFrom(undefined, '10.244.0.0/16', '10.244.2.0/23', '10.244.3.128/25', '10.96.0.0/16', '0.0.0.0/0', '10.244.4.0/24; rm', 'fd00::/64'),
);
const addresses = fc.oneof(fc.integer({ min: 1, max: 6 }).map((n) => `192.0.2.${n}`), fc.constantFrom(undefined, '127.0.0.1', '169.254.1.1', '224.0.0.1', 'fd00::1', 'x'));
const nodes = fc.uniqueArray(fc.record({ name: fc.integer({ min: 1, max: 8 }).map((n) => `node-${n}`), podCIDR: ranges, address: addresses }), { selector: ({ name }) => name, maxLength: 8 })
  .map((list) => list.map(({ name, podCIDR, address }) => node(name, podCIDR, address)));

describe('peers', () => {
  test('are never this node, lie in the cluster, overlap nothing, and are reached at an address that can be one', () => {
    fc.assert(fc.property(nodes, (known) => {
      const peers = planPeers(known, facts);
      for (const [index, { podCIDR, nodeIP }] of peers.entries()) {
        expect(contains(facts.clusterCIDR, podCIDR)).toBe(true);
        expect(nodeIP).toMatch(/^192\.0\.2\.[2-6]$/);
        for (const other of [facts.podCIDR, ...peers.slice(index + 1).map((peer) => peer.podCIDR)]) expect(contains(podCIDR, other) || contains(other, podCIDR)).toBe(false);
      }
    }));
  });
  test('a node that claims nothing but a free range of its own is always one, in whatever order Nodes come', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 2, max: 250 }), { maxLength: 20 }), fc.func(fc.integer()), (numbers, order) => {
      const known = numbers.map((n) => node(`n${n}`, `10.244.${n}.0/24`, `192.0.2.${n}`));
      const shuffled = [...known].sort((a, b) => order(a.metadata.name) - order(b.metadata.name));
      expect(planPeers(shuffled, facts)).toEqual(planPeers(known, facts));
      expect(planPeers(known, facts)).toHaveLength(numbers.length);
    }));
  });
});

const modes = fc.constantFrom<NetworkMode>('routes', 'vxlan');
const somePeers = fc.uniqueArray(fc.record({ n: fc.integer({ min: 0, max: 5 }), ip: fc.integer({ min: 2, max: 5 }) }), { selector: ({ n }) => n })
  .map((list) => list.map(({ n, ip }) => ({ podCIDR: `10.244.${n}.0/24`, nodeIP: `192.0.2.${ip}` })));

/** What the kernel then holds: it names a device for every route. */
function after(present: readonly Entry[], changes: ReturnType<typeof planChanges>): readonly Entry[] {
  const table = new Map(present.map((entry) => [place(entry), entry]));
  for (const { type, entry } of changes) {
    if (type === 'delete') table.delete(place(entry));
    else table.set(place(entry), entry.kind === 'route' ? { ...entry, device: entry.device ?? 'eth0' } : entry);
  }
  return [...table.values()];
}

describe('changes', () => {
  test('lead from any state to the wanted one, also from one way to the other, and from there to nothing more', () => {
    fc.assert(fc.property(modes, somePeers, modes, somePeers, (mode, peers, nextMode, nextPeers) => {
      const present = after([], planChanges(planEntries(mode, peers), []));
      const wanted = planEntries(nextMode, nextPeers);
      const reached = after(present, planChanges(wanted, present));
      expect(reached.map(place).sort()).toEqual(wanted.map(place).sort());
      expect(planChanges(wanted, reached)).toEqual([]);
      for (const entry of wanted) expect(reached).toContainEqual(entry.kind === 'route' ? { ...entry, device: entry.device ?? 'eth0' } : entry);
    }));
  });
  test('leave what is right alone', () => {
    fc.assert(fc.property(modes, somePeers, somePeers, (mode, peers, nextPeers) => {
      const present = after([], planChanges(planEntries(mode, peers), []));
      const changed = planChanges(planEntries(mode, [...nextPeers]), present).map(({ entry }) => place(entry));
      const same = peers.filter((peer) => nextPeers.some(({ podCIDR, nodeIP }) => podCIDR === peer.podCIDR && nodeIP === peer.nodeIP));
      for (const entry of planEntries(mode, same)) expect(changed).not.toContain(place(entry));
    }));
  });
  test('read as lines of ip and bridge', () => {
    const peer = { podCIDR: '10.244.2.0/24', nodeIP: '192.0.2.2' };
    const lines = (mode: NetworkMode) => planChanges(planEntries(mode, [peer]), []).map(renderChange);
    expect(lines('routes')).toEqual(['route replace 10.244.2.0/24 via 192.0.2.2 proto 176']);
    expect(lines('vxlan')).toEqual([
      'fdb replace 02:67:0a:f4:02:00 dev gantry-vxlan dst 192.0.2.2 self permanent',
      'neigh replace 10.244.2.0 lladdr 02:67:0a:f4:02:00 dev gantry-vxlan nud permanent',
      'route replace 10.244.2.0/24 via 10.244.2.0 dev gantry-vxlan onlink proto 176',
    ]);
    expect(planChanges([], planEntries('routes', [peer])).map(renderChange)).toEqual(['route del 10.244.2.0/24 proto 176']);
  });
  test('hardware addresses are local, of one machine, and differ wherever ranges do', () => {
    fc.assert(fc.property(fc.ipV4(), fc.ipV4(), (one, other) => {
      expect(Number.parseInt(tunnelHardware(`${one}/24`).slice(0, 2), 16) & 3).toBe(2);
      expect(tunnelHardware(`${one}/24`) === tunnelHardware(`${other}/24`)).toBe(one === other);
    }));
  });
});
