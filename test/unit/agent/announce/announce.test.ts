import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { planAddresses } from '../../../../agent/announce/plan-addresses.ts';
import { planHealthChecks } from '../../../../agent/announce/plan-health-checks.ts';
import { startHealthChecks } from '../../../../agent/announce/start-health-checks.ts';
import { systemClock } from '../../../../src/lib/clock.ts';
import type { Service } from '../../../../src/model/object.ts';
import { FakeView } from '../../../integration/proxy/support/fake-view.ts';
import { endpoint, facts, service, slice } from '../proxy/fixtures.ts';
import { freePort } from '../../../support/free-port.ts';
import { soon } from '../../../support/soon.ts';

const ips = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '10.96.0.1', '10.244.1.1', facts.nodeIP, '127.0.0.1'];
const ingress = fc.record({ ip: fc.constantFrom(...ips), nodeName: fc.constantFrom('node-1', 'node-2', undefined) });
const services = fc.array(fc.record({ type: fc.constantFrom('LoadBalancer' as const, 'ClusterIP' as const), ingress: fc.array(ingress, { maxLength: 2 }) }), { maxLength: 5 })
  .map((list) => list.map((each, i): Service => ({ ...service(`s${i}`, { type: each.type }), status: { loadBalancer: { ingress: each.ingress }, conditions: [] } })));

test('a node has exactly the addresses for which Services name it, of those that are nobody\'s; a second plan changes nothing', () => {
  fc.assert(fc.property(services, fc.subarray(ips), (all, present) => {
    const { added, kept, removed } = planAddresses(all, facts, present);
    const after = present.filter((address) => !removed.includes(address)).concat(added);
    const named = all.flatMap(({ spec, status }) => (spec.type === 'LoadBalancer' ? status.loadBalancer.ingress : [])).filter(({ nodeName }) => nodeName === 'node-1').map(({ ip }) => ip);
    expect(after.toSorted()).toEqual(ips.filter((ip) => ip.startsWith('192.0.2.') && named.includes(ip)).toSorted());
    expect([...kept, ...added].toSorted()).toEqual(after.toSorted());
    expect(planAddresses(all, facts, after)).toEqual({ added: [], kept: after.toSorted(), removed: [] });
  }));
});

describe('health checks', () => {
  let checks: AsyncDisposable | undefined;
  afterEach(async () => { await checks?.[Symbol.asyncDispose](); });
  const local = (port: number) => service('web', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: port });

  test('count the ready endpoints of this node', () => {
    const endpoints = [endpoint('10.244.1.2'), endpoint('10.244.1.3', 'node-1', 'unready'), endpoint('10.244.1.4', 'node-1', 'leaving'), endpoint('10.244.2.2', 'node-2')];
    const slices = [slice('web', endpoints), slice('web', endpoints.slice(0, 1), undefined, 'web-2'), slice('other', [endpoint('10.244.1.9')])];
    expect([...planHealthChecks([local(32_000)], slices, 'node-1')]).toEqual([[32_000, { namespace: 'default', name: 'web', localEndpoints: 1 }]]);
    expect(planHealthChecks([service('x', { type: 'LoadBalancer', externalTrafficPolicy: 'Cluster', healthCheckNodePort: 32_000 })], slices, 'node-1').size).toBe(0);
  });

  test('answer at their port as kube-proxy does, follow the endpoints, and end with the Service', async () => {
    const port = await freePort(), view = new FakeView();
    checks = startHealthChecks({ nodeName: 'node-1', view, clock: systemClock, logger: pino({ level: 'silent' }) });
    view.set([local(port)], [slice('web', [endpoint('10.244.1.2'), endpoint('10.244.1.3')])]);
    const ask = () => fetch(`http://127.0.0.1:${port}/healthz`, { headers: { connection: 'close' } });
    const first = await soon(ask);
    expect([first.status, first.headers.get('x-load-balancing-endpoint-weight'), await first.json()]).toEqual([200, '2', { service: { namespace: 'default', name: 'web' }, localEndpoints: 2, serviceProxyHealthy: true }]);
    view.set([local(port)], [slice('web', [endpoint('10.244.2.2', 'node-2')])]);
    expect([(await ask()).status, (await (await ask()).json() as { localEndpoints: number }).localEndpoints]).toEqual([503, 0]);
    view.set([], []);
    await soon(() => expect(ask()).rejects.toThrow());
  });
});
