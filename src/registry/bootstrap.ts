import { ApiError } from '../model/errors.ts';
import type { Store } from '../store/store.ts';
import { defaultNamespaces } from './admission/default-namespaces.ts';
import { formatAddress, parseAddress } from './admission/ipv4.ts';
import type { Registry, RequestedChange } from './registry.ts';

/** The port at which Pods find the API behind Service `default/kubernetes`. */
const apiPort = 443;

/** The DNS's address comes so far after the API's, which is the first of the range. */
const dnsOffset = 9;

/**
 * Makes what every cluster has where it is missing: the four default namespaces and the Services `default/kubernetes` and `kube-system/kube-dns`.
 * Several servers may do it at once.
 */
export async function bootstrap(registry: Registry, store: Pick<Store, 'snapshot'>): Promise<void> {
  const missing = defaultNamespaces.filter((name) => !store.snapshot().get('Namespace', '', name));
  for (const name of missing) await make(registry, { verb: 'create', kind: 'Namespace', input: { metadata: { name } } });
  if (!store.snapshot().get('Service', 'default', 'kubernetes')) await makeApiService(registry);
  const first = parseAddress(store.snapshot().get('Service', 'default', 'kubernetes')?.spec.clusterIP ?? '');
  if (first !== undefined && !store.snapshot().get('Service', 'kube-system', 'kube-dns')) await makeDnsService(registry, formatAddress(first + dnsOffset));
}

function makeApiService(registry: Registry): Promise<void> {
  return make(registry, {
    verb: 'create', kind: 'Service',
    input: { metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } }, spec: { ports: [{ name: 'https', port: apiPort, targetPort: 7480 }] } },
  });
}

/** Holds the address at which the agents answer names. In a range too small for it, or where another Service has had it from before, there is no such Service. */
async function makeDnsService(registry: Registry, clusterIP: string): Promise<void> {
  const metadata = { name: 'kube-dns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/name': 'KubeDNS' } };
  const spec = { clusterIP, ports: [{ name: 'dns', port: 53, protocol: 'UDP' }, { name: 'dns-tcp', port: 53 }] } as const;
  try {
    await make(registry, { verb: 'create', kind: 'Service', input: { metadata, spec } });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'INVALID') throw error;
  }
}

async function make(registry: Registry, change: RequestedChange): Promise<void> {
  try {
    await registry.commit([change], { actor: 'bootstrap' });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'ALREADY_EXISTS') throw error;
  }
}
