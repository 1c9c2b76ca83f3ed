import fc from 'fast-check';
import { expect, test } from 'vitest';
import { namesOfAddress, recordsAt } from '../../../../agent/dns/records-at.ts';
import { createServiceIndex } from '../../../../agent/dns/service-index.ts';
import type { EndpointSlice, Service } from '../../../../src/model/object.ts';
import { host, service, servicePort, slice } from './fixtures.ts';

const zone = 'cluster.local';
const names = ['a', 'b'], namespaces = ['one', 'two'], hosts = ['h0', 'h1', undefined];
const addresses = ['10.244.1.1', '10.244.1.2', '10.244.1.3'], clusterIPs = ['10.96.0.1', '10.96.0.2'];

const spec = fc.oneof(
  fc.record({ clusterIP: fc.constantFrom(...clusterIPs), ports: fc.constant([servicePort({ port: 80, name: 'http' })]) }),
  fc.record({ clusterIP: fc.constant('None'), publishNotReadyAddresses: fc.boolean() }),
  fc.constant({ type: 'ExternalName' as const, externalName: 'example.com' }),
);
const endpoints = fc.array(fc.record({ address: fc.constantFrom(...addresses), hostname: fc.constantFrom(...hosts), isReady: fc.boolean() }), { maxLength: 3 });
const place = { name: fc.constantFrom(...names), namespace: fc.constantFrom(...namespaces) };
const step = fc.oneof(
  fc.record({ kind: fc.constant('service' as const), ...place, spec: fc.option(spec) }),
  fc.record({ kind: fc.constant('slice' as const), ...place, slice: fc.constantFrom('s1', 's2'), endpoints: fc.option(endpoints) }),
);

/** The addresses of a name, derived from all objects by the rules alone. */
function addressesOf(hostname: string | undefined, name: string, namespace: string, services: readonly Service[], slices: readonly EndpointSlice[]): readonly string[] | undefined {
  const found = services.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
  if (!found || found.spec.type === 'ExternalName') return found && hostname === undefined ? [] : undefined;
  if (found.spec.clusterIP !== 'None') return hostname === undefined ? [found.spec.clusterIP ?? ''] : undefined;
  const own = slices.filter(({ metadata }) => metadata.namespace === namespace && metadata.labels['kubernetes.io/service-name'] === name)
    .flatMap((each) => each.endpoints).filter(({ conditions }) => conditions.ready || found.spec.publishNotReadyAddresses)
    .filter((each) => hostname === undefined || (each.hostname ?? each.addresses[0]?.replaceAll('.', '-')) === hostname);
  return own.length > 0 ? [...new Set(own.flatMap((each) => each.addresses))].sort() : undefined;
}

test('after any changes it tells what a look at all objects tells', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
    const index = createServiceIndex();
    const services = new Map<string, Service>(), slices = new Map<string, EndpointSlice>();
    for (const each of steps) {
      if (each.kind === 'service') {
        const next = each.spec ? service(each.name, each.spec, each.namespace) : undefined;
        index.putService(each.namespace, each.name, next);
        if (next) services.set(`${each.namespace}/${each.name}`, next);
        else services.delete(`${each.namespace}/${each.name}`);
      } else {
        // A slice keeps its name while its label may come to name another Service.
        const next = each.endpoints ? slice(each.name, each.endpoints.map((e) => host(e.address, e.hostname, e.isReady)), { name: each.slice, namespace: each.namespace }) : undefined;
        index.putSlice(each.namespace, each.slice, next);
        if (next) slices.set(`${each.namespace}/${each.slice}`, next);
        else slices.delete(`${each.namespace}/${each.slice}`);
      }
    }
    const all = [...services.values()], allSlices = [...slices.values()];
    for (const namespace of namespaces) {
      expect(index.hasNamespace(namespace)).toBe(all.some(({ metadata }) => metadata.namespace === namespace));
      for (const name of names) {
        for (const hostname of [undefined, 'h0', 'h1', ...addresses.map((address) => address.replaceAll('.', '-'))]) {
          const records = recordsAt(`${hostname === undefined ? '' : `${hostname}.`}${name}.${namespace}.svc.${zone}`, zone, index);
          expect(records?.flatMap((record) => (record.type === 'A' ? [record.address] : [])).sort()).toEqual(addressesOf(hostname, name, namespace, all, allSlices));
        }
      }
    }
    for (const address of [...addresses, ...clusterIPs]) {
      const expected = all.flatMap(({ metadata: { name, namespace = '' } }) => [undefined, 'h0', 'h1', ...addresses.map((a) => a.replaceAll('.', '-'))].flatMap((hostname) => {
        const isHeadless = services.get(`${namespace}/${name}`)?.spec.clusterIP === 'None';
        if (isHeadless === (hostname === undefined)) return [];
        return addressesOf(hostname, name, namespace, all, allSlices)?.includes(address) ? [`${hostname === undefined ? '' : `${hostname}.`}${name}.${namespace}.svc.${zone}`] : [];
      }));
      expect([...(namesOfAddress(address, zone, index) ?? [])].sort()).toEqual(expected.sort());
    }
  }));
});
