import * as fc from 'fast-check';
import type { ContainerInput, EnvVarInput, PodSpecInput, PodTemplateSpecInput, ProbeInput, ResourceRequirementsInput, TolerationInput, VolumeInput, VolumeMountInput } from '../../../src/model/object.ts';
import { configKey, dnsLabel, dnsSubdomain, envName, labelKey, labels, labelValue, port, portName } from './names.ts';
import { limitAndRequest } from './quantities.ts';

/** Leaves fields out at will. */
const some = { requiredKeys: [] as [] };

const image = fc.tuple(fc.constantFrom('busybox', 'example.com:5000/web', 'team/app'), fc.constantFrom('', ':1.36', ':latest', `@sha256:${'ab'.repeat(32)}`)).map((parts) => parts.join(''));

const resources: fc.Arbitrary<ResourceRequirementsInput> = fc.record({ cpu: fc.option(limitAndRequest, { nil: undefined }), memory: fc.option(limitAndRequest, { nil: undefined }), withRequests: fc.boolean() })
  .map(({ cpu, memory, withRequests }) => {
    const pick = (name: 'limit' | 'request') => ({ ...(cpu && { cpu: cpu[name] }), ...(memory && { memory: memory[name] }) });
    return withRequests ? { limits: pick('limit'), requests: pick('request') } : { limits: pick('limit') };
  });

const variable: fc.Arbitrary<EnvVarInput> = fc.oneof(
  fc.record({ name: envName, value: fc.string({ maxLength: 8 }) }),
  fc.record({ name: envName, valueFrom: fc.record({ configMapKeyRef: fc.record({ name: dnsSubdomain, key: configKey }) }) }),
  fc.record({ name: envName, valueFrom: fc.record({ secretKeyRef: fc.record({ name: dnsSubdomain, key: configKey, optional: fc.boolean() }) }) }),
  fc.record({ name: envName, valueFrom: fc.record({ fieldRef: fc.record({ fieldPath: fc.constantFrom('metadata.name', 'status.podIP', "metadata.labels['app']") }) }) }),
  fc.record({ name: envName, valueFrom: fc.record({ resourceFieldRef: fc.record({ resource: fc.constantFrom('limits.cpu', 'requests.memory') }) }) }),
);

const handler = fc.oneof(
  fc.record({ exec: fc.record({ command: fc.constant(['true']) }) }),
  fc.record({ httpGet: fc.record({ port: fc.oneof(port, portName), path: fc.constantFrom('/', '/healthz') }, { requiredKeys: ['port'] }) }),
  fc.record({ tcpSocket: fc.record({ port: fc.oneof(port, portName) }) }),
  fc.record({ grpc: fc.record({ port }) }),
);

const timing = fc.record({ initialDelaySeconds: fc.nat(30), timeoutSeconds: fc.integer({ min: 1, max: 9 }), periodSeconds: fc.integer({ min: 1, max: 60 }), failureThreshold: fc.integer({ min: 1, max: 9 }) }, some);

/** A valid probe of any kind. */
export const probe: fc.Arbitrary<ProbeInput> = fc.tuple(handler, timing).map(([action, numbers]) => ({ ...action, ...numbers }));

const volumeSource: fc.Arbitrary<Omit<VolumeInput, 'name'>> = fc.oneof(
  fc.constant({}),
  fc.record({ emptyDir: fc.record({ medium: fc.constantFrom('', 'Memory'), sizeLimit: fc.constantFrom('64Mi', '1G') }, some) }),
  fc.record({ hostPath: fc.record({ path: fc.constantFrom('/var/log', '/tmp'), type: fc.constantFrom('', 'Directory', 'FileOrCreate') }, { requiredKeys: ['path'] }) }),
  fc.record({ configMap: fc.record({ name: dnsSubdomain, items: fc.uniqueArray(fc.record({ key: configKey, path: configKey }), { maxLength: 2, selector: (item) => item.path }), optional: fc.boolean() }, { requiredKeys: ['name'] }) }),
  fc.record({ secret: fc.record({ secretName: dnsSubdomain, defaultMode: fc.integer({ min: 0, max: 0o777 }) }, { requiredKeys: ['secretName'] }) }),
  fc.record({ downwardAPI: fc.record({ items: fc.constant([{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }]) }) }),
  fc.record({ persistentVolumeClaim: fc.record({ claimName: dnsSubdomain }) }),
);

const volumes: fc.Arbitrary<readonly VolumeInput[]> = fc.uniqueArray(fc.tuple(dnsLabel, volumeSource).map(([name, source]) => ({ name, ...source })), { maxLength: 3, selector: (volume) => volume.name });

const toleration: fc.Arbitrary<TolerationInput> = fc.oneof(
  fc.record({ operator: fc.constant('Exists' as const), key: labelKey, effect: fc.constantFrom('NoSchedule' as const, 'PreferNoSchedule' as const) }, { requiredKeys: ['operator'] }),
  fc.record({ key: labelKey, value: labelValue }),
  fc.record({ key: labelKey, operator: fc.constant('Exists' as const), effect: fc.constant('NoExecute' as const), tolerationSeconds: fc.nat(600) }),
);

function mountsOf(names: readonly string[]): fc.Arbitrary<readonly VolumeMountInput[]> {
  if (names.length === 0) return fc.constant([]);
  const mount = fc.record({ name: fc.constantFrom(...names), mountPath: dnsLabel.map((name) => `/${name}`), readOnly: fc.boolean(), subPath: dnsLabel }, { requiredKeys: ['name', 'mountPath'] });
  return fc.uniqueArray(mount, { maxLength: 2, selector: ({ mountPath }) => mountPath });
}

function containerWith(volumeNames: readonly string[]): fc.Arbitrary<Omit<ContainerInput, 'name'>> {
  return fc.record({
    image,
    command: fc.constant(['sh', '-c', 'true']),
    args: fc.array(fc.string({ maxLength: 5 }), { maxLength: 2 }),
    ports: fc.uniqueArray(fc.record({ containerPort: port, protocol: fc.constantFrom('TCP' as const, 'UDP' as const) }, { requiredKeys: ['containerPort'] }), { maxLength: 3, selector: ({ containerPort }) => containerPort }),
    env: fc.uniqueArray(variable, { maxLength: 3, selector: ({ name }) => name }),
    resources,
    volumeMounts: mountsOf(volumeNames),
    livenessProbe: probe,
    readinessProbe: probe,
    imagePullPolicy: fc.constantFrom('Always' as const, 'Never' as const),
    tty: fc.boolean(),
  }, { requiredKeys: ['image'] });
}

/** A valid spec of a Pod; with `Always` only that restart policy. */
export function podSpec(restart: 'any' | 'Always' = 'any'): fc.Arbitrary<PodSpecInput> {
  return volumes.chain((chosen) => {
    const container = containerWith(chosen.map((volume) => volume.name));
    const names = fc.uniqueArray(dnsLabel, { minLength: 1, maxLength: 4 });
    const rest = fc.record({
      restartPolicy: restart === 'Always' ? fc.constant('Always' as const) : fc.constantFrom('Always' as const, 'OnFailure' as const, 'Never' as const),
      terminationGracePeriodSeconds: fc.integer({ min: -1, max: 90 }),
      dnsPolicy: fc.constantFrom('ClusterFirst' as const, 'Default' as const),
      nodeSelector: labels,
      tolerations: fc.array(toleration, { maxLength: 2 }),
      topologySpreadConstraints: fc.tuple(labelKey, labels).map(([topologyKey, matchLabels]) => [{ topologyKey, maxSkew: 2, whenUnsatisfiable: 'ScheduleAnyway' as const, labelSelector: { matchLabels } }]),
      affinity: fc.tuple(labelKey, labels).map(([topologyKey, matchLabels]) => ({ podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: { matchLabels } }] } })),
      hostNetwork: fc.constant(false),
      enableServiceLinks: fc.boolean(),
    }, some);
    return fc.tuple(names, fc.array(container, { minLength: 4, maxLength: 4 }), fc.nat(3), rest).map(([containerNames, bodies, initCount, other]) => {
      const all = containerNames.map((name, position): ContainerInput => ({ name, ...(bodies[position] ?? { image: 'busybox' }) }));
      const init = all.slice(1, 1 + initCount).map(({ livenessProbe: _liveness, readinessProbe: _readiness, ...container }) => container);
      return { ...other, containers: [...all.slice(0, 1), ...all.slice(1 + initCount)], initContainers: init, volumes: chosen };
    });
  });
}

/** A valid template of a controller that keeps its Pods running, with at least the label `app`. */
export const podTemplate: fc.Arbitrary<PodTemplateSpecInput> = fc.record({
  metadata: labels.map((more) => ({ labels: { ...more, app: 'web' } })),
  spec: podSpec('Always'),
});
