import type { PodInput } from '../../../src/model/object.ts';
import type { RequestedChange } from '../../../src/registry/registry.ts';
import type { Registry } from '../../../src/registry/registry.ts';

/** A Pod like those that people make: a label or two, a port, requests, a probe. */
export function podInput(name: string, namespace = 'default'): PodInput {
  return {
    metadata: { name, namespace, labels: { app: 'bench', tier: 'web' } },
    spec: {
      containers: [{
        name: 'main', image: 'busybox:1', ports: [{ containerPort: 80 }], env: [{ name: 'LEVEL', value: 'info' }],
        resources: { requests: { cpu: '100m', memory: '64Mi' } }, readinessProbe: { httpGet: { port: 80 } },
      }],
    },
  };
}

/** Makes objects, many in one request. */
export async function createAll(registry: Registry, changes: readonly RequestedChange[], atOnce = 500): Promise<void> {
  for (let from = 0; from < changes.length; from += atOnce) await registry.commit(changes.slice(from, from + atOnce), { actor: 'bench' });
}
