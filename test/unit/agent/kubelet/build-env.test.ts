import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kinds } from '../../../../src/kinds/index.ts';
import type { ConfigMap, ContainerInput, ObjectMeta, Secret, Service, ServiceInput } from '../../../../src/model/object.ts';
import { buildEnv } from '../../../../agent/kubelet/env/build-env.ts';
import { expand } from '../../../../agent/kubelet/env/expand.ts';
import { planServiceEnv } from '../../../../agent/kubelet/service-env.ts';
import { storedPod } from './pod-model.ts';

const meta = (name: string, namespace = 'default'): ObjectMeta => ({ ...storedPod({ containers: [{ name: 'a', image: 'a' }] }).metadata, name, namespace });
const service = (name: string, spec: ServiceInput['spec'], namespace?: string): Service => ({
  apiVersion: 'v1', kind: 'Service', metadata: meta(name, namespace), ...kinds.Service.applyDefaults({ metadata: { name }, spec }), status: { loadBalancer: { ingress: [] }, conditions: [] },
});
const map: ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('settings'), data: { COLOUR: 'green' }, binaryData: {}, immutable: false };
const secret: Secret = { apiVersion: 'v1', kind: 'Secret', metadata: meta('keys'), type: 'Opaque', data: { PASSWORD: Buffer.from('hush').toString('base64') }, immutable: false };

function envOf(container: Partial<ContainerInput>, services: readonly Service[] = []): Record<string, string> {
  const pod = storedPod({ containers: [{ name: 'main', image: 'image', ...container }] });
  const variables = buildEnv(pod, pod.spec.containers[0]!, {
    configMap: (_, name) => (name === 'settings' ? map : undefined), secret: (_, name) => (name === 'keys' ? secret : undefined), services: () => services,
    addresses: { podIP: '10.244.0.5', hostIP: '192.0.2.1' }, allocatable: { memory: '1Gi' },
  });
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}

describe('variables of a container', () => {
  it('come from values, ConfigMaps, Secrets, fields and resources; later ones see and replace earlier ones', () => {
    expect(envOf({
      envFrom: [{ prefix: 'CFG_', configMapRef: { name: 'settings' } }, { secretRef: { name: 'keys' } }, { configMapRef: { name: 'none', optional: true } }],
      resources: { requests: { cpu: '1500m' } },
      env: [
        { name: 'A', value: '$(CFG_COLOUR)/$(UNKNOWN)/$$(A)' }, { name: 'CFG_COLOUR', value: 'red' }, { name: 'B', value: '$(CFG_COLOUR)' },
        { name: 'KEY', valueFrom: { configMapKeyRef: { name: 'settings', key: 'COLOUR' } } }, { name: 'GONE', valueFrom: { secretKeyRef: { name: 'keys', key: 'none', optional: true } } },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }, { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'requests.cpu' } } },
        { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
      ],
    })).toEqual({ CFG_COLOUR: 'red', PASSWORD: 'hush', A: 'green/$(UNKNOWN)/$(A)', B: 'red', KEY: 'green', IP: '10.244.0.5', CPU: '2', MEMORY: '1024' });
  });

  it('refuse a missing reference by its name, never with a value', () => {
    const ref = (more: Partial<ContainerInput>) => () => envOf(more);
    expect(ref({ envFrom: [{ configMapRef: { name: 'none' } }] })).toThrow('configmap "none" not found');
    expect(ref({ env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'keys', key: 'other' } } }] })).toThrow("couldn't find key other in secret default/keys");
  });

  it('announce Services in the seven names', () => {
    const redis = service('redis-primary', { clusterIP: '10.0.0.11', ports: [{ name: 'db-port', port: 6379 }] });
    expect(envOf({}, [redis])).toEqual({
      REDIS_PRIMARY_SERVICE_HOST: '10.0.0.11', REDIS_PRIMARY_SERVICE_PORT: '6379', REDIS_PRIMARY_SERVICE_PORT_DB_PORT: '6379', REDIS_PRIMARY_PORT: 'tcp://10.0.0.11:6379',
      REDIS_PRIMARY_PORT_6379_TCP: 'tcp://10.0.0.11:6379', REDIS_PRIMARY_PORT_6379_TCP_PROTO: 'tcp', REDIS_PRIMARY_PORT_6379_TCP_PORT: '6379', REDIS_PRIMARY_PORT_6379_TCP_ADDR: '10.0.0.11',
    });
  });

  it('leave out headless Services, those of other namespaces, and with links off all but the master', () => {
    const all = [
      service('kubernetes', { clusterIP: '10.96.0.1', ports: [{ port: 443 }] }), service('headless', { clusterIP: 'None', ports: [{ port: 1 }] }),
      service('other', { clusterIP: '10.96.0.7', ports: [{ port: 1 }] }, 'elsewhere'), service('own', { clusterIP: '10.96.0.8', ports: [{ port: 1 }] }),
    ];
    const hosts = (links: boolean): string[] => planServiceEnv(all, 'default', links).flatMap(({ name }) => (name.endsWith('_SERVICE_HOST') ? [name] : []));
    expect(hosts(true)).toEqual(['KUBERNETES_SERVICE_HOST', 'OWN_SERVICE_HOST']);
    expect(hosts(false)).toEqual(['KUBERNETES_SERVICE_HOST']);
    expect(planServiceEnv(all, 'elsewhere', true).map(({ name }) => name).filter((name) => name.endsWith('_HOST'))).toEqual(['KUBERNETES_SERVICE_HOST', 'OTHER_SERVICE_HOST']);
    const own = service('kubernetes', { clusterIP: '10.96.0.9', ports: [{ port: 443 }] }, 'elsewhere');
    expect(planServiceEnv([own, ...all], 'elsewhere', true).filter(({ name }) => name === 'KUBERNETES_SERVICE_HOST')).toEqual([{ name: 'KUBERNETES_SERVICE_HOST', value: '10.96.0.9' }]);
  });
});

describe('expand', () => {
  it('gives text without dollars back, and undoes doubled ones', () => {
    fc.assert(fc.property(fc.string(), (text) => expand(text.replaceAll('$', '$$$$'), new Map()) === text));
  });
});
