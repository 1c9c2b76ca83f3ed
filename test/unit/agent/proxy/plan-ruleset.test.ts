import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseBackends } from '../../../../agent/proxy/choose-backends.ts';
import { planRuleset } from '../../../../agent/proxy/plan-ruleset.ts';
import { chainOfVerdict, parseBalanceChainName, splitSlot } from '../../../../agent/proxy/ruleset.ts';
import type { MapName, Ruleset } from '../../../../agent/proxy/ruleset.ts';
import { cluster } from './arbitraries.ts';
import { endpoint, facts, service, servicePort, slice, withAnnounced, withIngress } from './fixtures.ts';

const fronts = { addresses: 'backends', ports: 'port_backends', outside_addresses: 'outside_backends', outside_ports: 'outside_port_backends' } as const;

/** The backends of a front in slot order. */
function backendsOf(rules: Ruleset, map: MapName, front: string): readonly string[] {
  return [...rules[map]].filter(([key]) => splitSlot(key).front === front).toSorted(([a], [b]) => splitSlot(a).slot - splitSlot(b).slot).map(([, backend]) => backend);
}

describe('for any cluster', () => {
  test('every front has exactly the slots that its chain may choose, and every slot has a front', () => {
    fc.assert(fc.property(cluster, ({ services, slices }) => {
      const rules = planRuleset(services, slices, facts);
      for (const [frontMap, backendMap] of Object.entries(fronts) as [keyof typeof fronts, MapName][]) {
        for (const [front, verdict] of rules[frontMap]) {
          const count = parseBalanceChainName(chainOfVerdict(verdict) ?? '')?.backends ?? 0;
          const slots = [...rules[backendMap].keys()].filter((key) => splitSlot(key).front === front).map((key) => splitSlot(key).slot).toSorted((a, b) => a - b);
          expect(slots).toEqual(Array.from({ length: count }, (_, i) => i));
        }
        for (const key of rules[backendMap].keys()) expect(rules[frontMap].has(splitSlot(key).front)).toBe(true);
      }
    }));
  });

  test('complete: every port of every Service with a cluster IP is served with the chosen backends, or unserved', () => {
    fc.assert(fc.property(cluster, ({ services, slices }) => {
      const rules = planRuleset(services, slices, facts);
      for (const { metadata, spec } of services) {
        for (const port of spec.ports) {
          const { everywhere, here } = chooseBackends(port, slices.filter((s) => s.metadata.labels['kubernetes.io/service-name'] === metadata.name), facts.nodeName);
          const front = `${spec.clusterIP} . ${port.protocol.toLowerCase()} . ${port.port}`;
          const isProxied = spec.type !== 'ExternalName' && spec.clusterIP !== 'None';
          const inside = spec.internalTrafficPolicy === 'Local' ? here : everywhere;
          expect(backendsOf(rules, 'backends', front)).toEqual(isProxied ? inside : []);
          expect(rules.addresses.has(front)).toBe(isProxied && inside.length > 0);
          expect(rules.unserved.get(front)).toBe(!isProxied || inside.length > 0 ? undefined : everywhere.length > 0 ? 'drop' : 'goto refuse');
          const nodePort = `${port.protocol.toLowerCase()} . ${port.nodePort}`;
          const hasNodePort = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
          expect(backendsOf(rules, 'port_backends', nodePort)).toEqual(hasNodePort ? everywhere : []);
          expect(rules.unserved_ports.has(nodePort)).toBe(hasNodePort && everywhere.length === 0);
          const isLocal = hasNodePort && spec.externalTrafficPolicy === 'Local' && everywhere.length > 0;
          expect(backendsOf(rules, 'outside_port_backends', nodePort)).toEqual(isLocal ? here : []);
          expect(rules.outside_ports.get(nodePort) === 'drop').toBe(isLocal && here.length === 0);
        }
      }
    }));
  });

  test('sound: nothing leads to an address that no endpoint has, or stands on an address of the cluster or the node', () => {
    fc.assert(fc.property(cluster, ({ services, slices }) => {
      const rules = planRuleset(services, slices, facts);
      const usable = new Set(slices.flatMap((s) => s.endpoints.filter((e) => e.conditions.serving).flatMap((e) => s.ports.map((p) => `${e.addresses[0]} . ${p.port}`))));
      for (const map of Object.values(fronts)) for (const backend of rules[map].values()) expect(usable).toContain(backend);
      const clusterIPs = new Set(services.map((s) => s.spec.clusterIP));
      for (const front of [...rules.addresses.keys(), ...rules.unserved.keys(), ...rules.outside_addresses.keys()]) {
        const address = front.split(' . ')[0] ?? '';
        expect(clusterIPs.has(address) || address.startsWith('10.100.')).toBe(true);
      }
      for (const front of rules.unserved.keys()) expect(rules.addresses.has(front)).toBe(false);
    }));
  });

  test('a client may be remembered for exactly the backends of sticky fronts', () => {
    fc.assert(fc.property(cluster, ({ services, slices }) => {
      const rules = planRuleset(services, slices, facts);
      for (const [remember, maps] of [['remember', ['addresses', 'outside_addresses']], ['remember_ports', ['ports', 'outside_ports']]] as const) {
        const expected = maps.flatMap((map) => [...rules[map]].flatMap(([front, verdict]) =>
          (verdict.startsWith('goto sticky_') ? backendsOf(rules, fronts[map], front).map((backend) => `${front} . ${backend}`) : [])));
        expect(new Set(rules[remember].keys())).toEqual(new Set(expected));
      }
    }));
  });

  test('what is remembered of Services from before is what would be worked out anew', () => {
    fc.assert(fc.property(cluster, fc.infiniteStream(fc.boolean()), ({ services, slices }, stays) => {
      const some = slices.filter(() => stays.next().value as boolean), fewer = services.filter(() => stays.next().value as boolean);
      for (const [now, then] of [[services, slices], [services, some], [fewer, slices], [services, slices]] as const) {
        expect(planRuleset(now, then, facts)).toEqual(planRuleset(now, then, { ...facts }));
      }
    }));
  });

  test('the order of the input does not matter', () => {
    fc.assert(fc.property(cluster, ({ services, slices }) => {
      expect(planRuleset(services.toReversed(), slices.toReversed(), facts)).toEqual(planRuleset(services, slices, facts));
    }));
  });
});

describe('choosing', () => {
  const port = servicePort({ port: 80 });

  test('of two Services with one external address the older one has it', () => {
    const older = service('older', { clusterIP: '10.96.0.1', ports: [port], externalIPs: ['10.100.0.1'] }, '2029-01-01T00:00:00.000Z');
    const newer = service('a-newer', { clusterIP: '10.96.0.2', ports: [port], externalIPs: ['10.100.0.1'] });
    const rules = planRuleset([newer, older], [slice('older', [endpoint('10.244.1.2')]), slice('a-newer', [endpoint('10.244.1.3')])], facts);
    expect(backendsOf(rules, 'backends', '10.100.0.1 . tcp . 80')).toEqual(['10.244.1.2 . 8080']);
  });

  test('endpoints on loopback and link-local addresses are left out', () => {
    const rules = planRuleset([service('x', { clusterIP: '10.96.0.1', ports: [port] })], [slice('x', ['127.0.0.1', '169.254.169.254', '10.244.1.2'].map((a) => endpoint(a)))], facts);
    expect([...rules.backends.values()]).toEqual(['10.244.1.2 . 8080']);
  });

  test('an address at which the node itself answers is left to it', () => {
    const dns = service('dns', { clusterIP: '10.96.0.10', ports: [port] });
    const rules = planRuleset([dns, service('x', { clusterIP: '10.96.0.1', ports: [port] })], [slice('dns', [endpoint('10.244.1.2')])], { ...facts, answeredHere: ['10.96.0.10'] });
    expect([...rules.unserved.keys()]).toEqual(['10.96.0.1 . tcp . 80']);
    expect(rules.addresses.size + rules.backends.size).toBe(0);
  });

  test('a slice without a port number means the target port', () => {
    const rules = planRuleset([service('x', { clusterIP: '10.96.0.1', ports: [servicePort({ port: 80, targetPort: 8000 })] })], [slice('x', [endpoint('10.244.1.2')], [{ name: '', protocol: 'TCP' }])], facts);
    expect([...rules.backends.values()]).toEqual(['10.244.1.2 . 8000']);
  });

  test('an address of a load balancer is open to its ranges only, each once, and the node\'s own ports are not open at it', () => {
    const balanced = withAnnounced(service('x', { type: 'LoadBalancer', clusterIP: '10.96.0.1', ports: [port], loadBalancerSourceRanges: ['10.99.0.0/16', '10.99.3.0/24', '192.0.2.1/32'], externalIPs: ['10.100.0.1'] }), '10.100.0.9');
    const rules = planRuleset([balanced], [slice('x', [endpoint('10.244.1.2')])], facts);
    expect([...rules.guarded]).toEqual([['10.100.0.9 . tcp . 80', 'jump guard']]);
    expect([...rules.allowed.keys()]).toEqual(['10.100.0.9 . tcp . 80 . 10.99.0.0/16', '10.100.0.9 . tcp . 80 . 192.0.2.1']);
    expect([[...rules.balanced.keys()], [...rules.unserved_addresses.keys()]]).toEqual([['10.100.0.9'], ['10.100.0.9']]);
    const open = (ranges: readonly string[]) => planRuleset([{ ...balanced, spec: { ...balanced.spec, loadBalancerSourceRanges: ranges } }], [], facts);
    expect([open([]).guarded.size, open(['0.0.0.0/0', '10.0.0.0/8']).guarded.size]).toEqual([0, 0]);
    expect([open(['fd00::/8']).guarded.size, open(['fd00::/8']).allowed.size]).toEqual([1, 0]);
  });

  test('an address that no node has taken for a Service keeps its other ports: it may be a node\'s own', () => {
    const spec = { type: 'LoadBalancer', clusterIP: '10.96.0.1', ports: [port] } as const;
    for (const one of [withIngress(service('x', spec), '10.100.0.9'), withAnnounced(service('x', spec), facts.nodeIP)]) expect(planRuleset([one], [], facts).balanced.size).toBe(0);
  });

  test('a load balancer by name only has no address to answer at', () => {
    const named = withIngress(service('x', { type: 'LoadBalancer', clusterIP: '10.96.0.1', ports: [port] }), '10.100.0.9');
    const unnamed = { ...named, status: { ...named.status, loadBalancer: { ingress: [{ hostname: 'lb.example' }] } } };
    expect(planRuleset([unnamed], [], facts).unserved.size).toBe(1);
    expect(planRuleset([named], [], facts).unserved.size).toBe(2);
  });
});
