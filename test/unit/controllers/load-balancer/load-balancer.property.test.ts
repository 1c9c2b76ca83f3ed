import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePool } from '../../../../src/controllers/load-balancer/address-pool.ts';
import { chooseNode } from '../../../../src/controllers/load-balancer/choose-node.ts';
import { planLoadBalancer } from '../../../../src/controllers/load-balancer/plan-load-balancer.ts';
import type { ObservedLoadBalancer } from '../../../../src/controllers/load-balancer/plan-load-balancer.ts';
import type { LoadBalancerIPClaim, Service, ServiceSpec } from '../../../../src/model/object.ts';
import { aService } from '../support/services.ts';

const pools = { none: undefined, small: parsePool('192.0.2.8/30'), two: parsePool('192.0.2.9/32,198.51.100.0/29') } as const;
const names = ['a', 'b', 'c', 'd', 'e'] as const;

/** One thing that happens: somebody changes a Service, the operator the pool, or nodes come and go. */
const step = fc.oneof(
  fc.record({ what: fc.constant('service' as const), name: fc.constantFrom(...names), spec: fc.oneof(
    fc.record({ type: fc.constant('LoadBalancer' as const), loadBalancerIP: fc.constantFrom(undefined, undefined, '192.0.2.8', '192.0.2.9', '10.0.0.1'), loadBalancerClass: fc.constantFrom(undefined, undefined, 'gantry.dev/nodes', 'example.com/lb') }),
    fc.record({ type: fc.constantFrom('ClusterIP' as const, 'NodePort' as const) }),
  ) }),
  fc.record({ what: fc.constant('pool' as const), pool: fc.constantFrom(...(Object.keys(pools) as (keyof typeof pools)[])) }),
  fc.record({ what: fc.constant('nodes' as const), nodes: fc.subarray(['n1', 'n2', 'n3', 'n4']) }),
);

/** Services and claims as the store would hold them; a claim that exists is refused, as there. */
class World {
  pool: ObservedLoadBalancer['pool'] = pools.small;
  nodes: readonly string[] = ['n1', 'n2', 'n3'];
  readonly services = new Map<string, Service>();
  readonly claims = new Map<string, LoadBalancerIPClaim>();

  set(name: string, spec: Partial<ServiceSpec>): void {
    const base = this.services.get(name) ?? aService();
    this.services.set(name, { ...base, metadata: { ...base.metadata, name, uid: `uid-${name}` }, spec: { ...aService().spec, ...spec } });
  }

  look(name: string): number {
    const service = this.services.get(name)!;
    const { changes } = planLoadBalancer({
      service, pool: this.pool, nodes: this.nodes, claims: [...this.claims.values()].filter(({ spec }) => spec.claimedBy.name === name),
      holderOf: (address) => this.claims.get(address)?.spec.claimedBy.name,
    });
    for (const change of changes) {
      if (change.verb === 'delete') this.claims.delete(change.target.name);
      else if (change.verb === 'updateStatus' && change.kind === 'Service') this.services.set(name, { ...service, status: change.status });
      else if (change.verb === 'create' && change.kind === 'LoadBalancerIPClaim') {
        const address = change.input.metadata?.name ?? '';
        if (this.claims.has(address)) throw new Error(`${address} is claimed already`);
        this.claims.set(address, { metadata: { name: address, uid: address }, spec: change.input.spec } as LoadBalancerIPClaim);
      } else throw new Error(`not expected: ${change.verb}`);
    }
    return changes.length;
  }

  /** Everybody is looked at until nothing changes. */
  settle(): void {
    for (let round = 0; round < 5; round += 1) if ([...this.services.keys()].reduce((sum, name) => sum + this.look(name), 0) === 0) return;
    throw new Error('it never rests');
  }
}

/** Does a step, and lets everything come to rest. */
function happen(world: World, one: typeof step extends fc.Arbitrary<infer T> ? T : never): void {
  if (one.what === 'service') world.set(one.name, one.spec);
  else if (one.what === 'pool') world.pool = pools[one.pool];
  else world.nodes = one.nodes;
  world.settle();
}

test('over any history: everyone who may has an address of the pool for itself and a node that may answer, nobody else has any, and it comes to rest', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
    const world = new World();
    for (const one of steps) {
      happen(world, one);
      const shown = [...world.services.values()].flatMap(({ metadata, status }) => status.loadBalancer.ingress.map((ingress) => ({ service: metadata.name, ...ingress })));
      expect(new Set(shown.map(({ ip }) => ip)).size).toBe(shown.length);
      expect(shown.map(({ service, ip }) => `${ip} ${service}`).sort()).toEqual([...world.claims].map(([ip, { spec }]) => `${ip} ${spec.claimedBy.name}`).sort());
      for (const { nodeName } of shown) expect(world.nodes.length === 0 ? nodeName === undefined : world.nodes.includes(nodeName ?? '')).toBe(true);
      for (const { spec, status } of world.services.values()) {
        const mayHave = spec.type === 'LoadBalancer' && spec.loadBalancerClass !== 'example.com/lb' && world.pool !== undefined;
        if (!mayHave) expect(status.loadBalancer.ingress).toEqual([]);
        else if (spec.loadBalancerIP && status.loadBalancer.ingress.length > 0) expect(status.loadBalancer.ingress[0]?.ip).toBe(spec.loadBalancerIP);
        else if (!spec.loadBalancerIP && world.claims.size < 4) expect(status.loadBalancer.ingress).toHaveLength(1);
      }
    }
  }));
});

test('an address stays with its node as long as that one may answer, and with its Service whatever happens to nodes', () => {
  fc.assert(fc.property(fc.array(step.filter((one) => one.what === 'service'), { maxLength: 6 }), fc.array(fc.subarray(['n1', 'n2', 'n3', 'n4'], { minLength: 1 }), { maxLength: 6 }), (steps, changes) => {
    const world = new World();
    for (const one of steps) happen(world, one);
    for (const nodes of changes) {
      const before = [...world.services.values()].map(({ status }) => status.loadBalancer.ingress);
      happen(world, { what: 'nodes', nodes });
      const after = [...world.services.values()].map(({ status }) => status.loadBalancer.ingress);
      expect(after.map((each) => each.map(({ ip }) => ip))).toEqual(before.map((each) => each.map(({ ip }) => ip)));
      after.forEach((each, i) => each.forEach(({ nodeName }, j) => { if (nodes.includes(before[i]?.[j]?.nodeName ?? '')) expect(nodeName).toBe(before[i]?.[j]?.nodeName); }));
    }
  }));
});

test('addresses are spread over nodes', () => {
  const nodes = ['n1', 'n2', 'n3', 'n4'];
  const counts = new Map<string | undefined, number>();
  for (let i = 0; i < 400; i += 1) { const node = chooseNode(`192.0.2.${i}`, undefined, nodes); counts.set(node, (counts.get(node) ?? 0) + 1); }
  for (const node of nodes) expect(counts.get(node)).toBeGreaterThan(50);
});

describe('a Service that waits is told why, and the way out', () => {
  const waiting = (spec: Partial<ServiceSpec>, pool: ObservedLoadBalancer['pool'], holder?: string) =>
    planLoadBalancer({ service: aService({ type: 'LoadBalancer', ...spec }), pool, claims: [], nodes: ['n1'], holderOf: () => holder });
  test.each([
    ['no pool', {}, undefined, undefined, /GANTRY_LOAD_BALANCER_CIDR/],
    ['no free address', {}, pools.small, 'default/other', /no address is free in 192\.0\.2\.8\/30/],
    ['an address of elsewhere', { loadBalancerIP: '10.0.0.1' }, pools.small, undefined, /10\.0\.0\.1 is not in 192\.0\.2\.8\/30/],
    ['an address of another one', { loadBalancerIP: '192.0.2.8' }, pools.small, 'default/other', /192\.0\.2\.8 belongs to Service "default\/other"/],
  ] as const)('%s', (_what, spec, pool, holder, message) => {
    const plan = waiting(spec, pool, holder);
    expect(plan.changes).toEqual([]);
    expect(plan.events).toMatchObject([{ type: 'Warning', reason: 'SyncLoadBalancerFailed', message: expect.stringMatching(message) as string }]);
  });
});
