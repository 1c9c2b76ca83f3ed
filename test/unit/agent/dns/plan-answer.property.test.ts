import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planAnswer } from '../../../../agent/dns/plan-answer.ts';
import type { AnswerPlan } from '../../../../agent/dns/plan-answer.ts';
import type { DnsRecord } from '../../../../agent/dns/record.ts';
import type { Service } from '../../../../src/model/object.ts';
import { host, indexOf, service, servicePort, slice } from './fixtures.ts';

const zone = 'cluster.local', facts = { zone, ranges: ['10.96.0.0/16', '10.244.0.0/16'] };
const full = (name: string): string => `${name}.default.svc.${zone}`;
const names = ['a', 'b', 'c', 'd'], hosts = ['h0', 'h1'], addresses = ['10.244.1.1', '10.244.1.2', '10.244.1.3'];

const plain = fc.integer({ min: 1, max: 9 }).map((n) => ({ kind: 'plain' as const, address: `10.96.0.${n}` }));
const headless = fc.uniqueArray(fc.record({ address: fc.constantFrom(...addresses), hostname: fc.constantFrom(...hosts) }), { selector: ({ address }) => address, maxLength: 3 })
  .map((places) => ({ kind: 'headless' as const, places }));
const alias = fc.constantFrom(...names.map(full), full('gone'), 'example.com', 'notcluster.local').map((target) => ({ kind: 'alias' as const, target }));
const world = fc.record({ a: fc.option(fc.oneof(plain, headless, alias)), b: fc.option(fc.oneof(plain, headless, alias)), c: fc.option(fc.oneof(plain, headless, alias)), d: fc.option(alias) });
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;
const servicesOf = (all: World) => Object.entries(all).flatMap(([name, one]) => (one ? [{ name, ...one }] : []));

function ask(all: World, type: string, name: string): AnswerPlan {
  const list = servicesOf(all);
  const services = list.map((one): Service => service(one.name, one.kind === 'alias' ? { type: 'ExternalName', externalName: one.target }
    : { clusterIP: one.kind === 'plain' ? one.address : 'None', ports: [servicePort({ port: 80, name: 'http' })] }));
  const slices = list.flatMap((one) => (one.kind === 'headless' ? [slice(one.name, one.places.map(({ address, hostname }) => host(address, hostname)))] : []));
  return planAnswer({ type, name }, indexOf(services, slices), facts);
}

/** Addresses of a name by a look at all Services: undefined where there is no such name, or where it leads outside or in a circle. */
function addressesOf(all: World, name: string, left = 8): readonly string[] | 'outside' | 'circle' | undefined {
  if (!name.endsWith(`.${zone}`)) return 'outside';
  const one = servicesOf(all).find((each) => full(each.name) === name);
  if (one?.kind === 'plain') return [one.address];
  if (one?.kind === 'headless') return one.places.length > 0 ? one.places.map(({ address }) => address) : undefined;
  if (!one) return undefined;
  return left === 0 ? 'circle' : addressesOf(all, one.target, left - 1);
}
const addressed = (records: readonly DnsRecord[]): readonly string[] => records.flatMap((record) => (record.type === 'A' ? [record.address] : [])).sort();

test('the addresses of a Service are those that a look at all Services tells, through names that mean other names', () => {
  fc.assert(fc.property(world, fc.constantFrom(...names), (all, name) => {
    const planned = ask(all, 'A', full(name));
    const wanted = addressesOf(all, full(name));
    expect(planned.kind).toBe(wanted === 'outside' ? 'alias' : 'answer');
    if (wanted === 'outside') return;
    if (planned.kind !== 'answer') throw new Error(planned.kind);
    const code = wanted === 'circle' ? 'SERVFAIL' : wanted ? 'NOERROR' : 'NXDOMAIN';
    expect([planned.reply.code, addressed(planned.reply.answers)]).toEqual([code, wanted === 'circle' ? [] : [...wanted ?? []].sort()]);
  }), { numRuns: 300 });
});

test('answers are a chain: each alias leads to the owner of the next record, from the name that was asked to the target outside', () => {
  fc.assert(fc.property(world, fc.constantFrom(...names), (all, name) => {
    const planned = ask(all, 'A', full(name));
    if (planned.kind === 'forward') throw new Error('it is ours');
    const answers = planned.kind === 'alias' ? planned.answers : planned.reply.answers;
    let owner = full(name);
    for (const record of answers) {
      expect(record.name).toBe(owner);
      if (record.type === 'CNAME') owner = record.target;
    }
    if (planned.kind === 'alias') expect(owner).toBe(planned.target);
  }), { numRuns: 300 });
});

test('the names of an address and the addresses of a name tell the same', () => {
  fc.assert(fc.property(world, fc.constantFrom('10.96.0.1', '10.96.0.2', '10.96.0.3', ...addresses), (all, address) => {
    const planned = ask(all, 'PTR', `${address.split('.').toReversed().join('.')}.in-addr.arpa`);
    if (planned.kind !== 'answer') throw new Error(planned.kind);
    const targets = planned.reply.answers.flatMap((record) => (record.type === 'PTR' ? [record.target] : []));
    for (const target of targets) {
      const back = ask(all, 'A', target);
      expect(back.kind === 'answer' && addressed(back.reply.answers)).toContain(address);
    }
    const owners = servicesOf(all).filter((one) => (one.kind === 'plain' ? one.address === address : one.kind === 'headless' && one.places.some((place) => place.address === address)));
    expect(owners.map((one) => targets.some((target) => target === full(one.name) || target.endsWith(`.${full(one.name)}`)))).toEqual(owners.map(() => true));
    expect(planned.reply.code).toBe(owners.length > 0 ? 'NOERROR' : 'NXDOMAIN');
  }), { numRuns: 300 });
});

test('a name outside the zone and the ranges is never answered here, one inside is never passed on, and case and the last dot do not matter', () => {
  const label = fc.constantFrom('a', 'b', 'http', '_tcp', 'svc', 'pod', 'default', 'notcluster', 'cluster', '10-244-1-1');
  fc.assert(fc.property(world, fc.array(label, { maxLength: 5 }), fc.constantFrom('cluster.local', 'local', 'example.com', 'mycluster.local'), fc.constantFrom('A', 'AAAA', 'SRV', 'TXT', 'ANY', 'AXFR'), (all, labels, end, type) => {
    const name = [...labels, end].join('.');
    const planned = ask(all, type, name);
    expect(planned.kind === 'forward').toBe(name !== zone && !name.endsWith(`.${zone}`));
    expect(ask(all, type, `${name.toUpperCase()}.`)).toEqual(planned);
  }), { numRuns: 300 });
});
