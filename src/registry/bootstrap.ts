import { ApiError } from '../model/errors.ts';
import type { Store } from '../store/store.ts';
import { defaultNamespaces } from './admission/default-namespaces.ts';
import type { Registry, RequestedChange } from './registry.ts';

/** The port at which Pods find the API behind Service `default/kubernetes`. */
const apiPort = 443;

/** Makes what every cluster has where it is missing: the four default namespaces and Service `default/kubernetes`. Several servers may do it at once. */
export async function bootstrap(registry: Registry, store: Pick<Store, 'snapshot'>): Promise<void> {
  const missing = defaultNamespaces.filter((name) => !store.snapshot().get('Namespace', '', name));
  for (const name of missing) await make(registry, { verb: 'create', kind: 'Namespace', input: { metadata: { name } } });
  if (store.snapshot().get('Service', 'default', 'kubernetes')) return;
  await make(registry, {
    verb: 'create', kind: 'Service',
    input: { metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } }, spec: { ports: [{ name: 'https', port: apiPort, targetPort: 7480 }] } },
  });
}

async function make(registry: Registry, change: RequestedChange): Promise<void> {
  try {
    await registry.commit([change], { actor: 'bootstrap' });
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'ALREADY_EXISTS') throw error;
  }
}
