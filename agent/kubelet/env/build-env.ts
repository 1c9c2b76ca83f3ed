import type { ConfigMap, Container, EnvVar, Pod, Secret, Service } from '../../../src/model/object.ts';
import { StepError } from '../step-error.ts';
import { planServiceEnv } from '../service-env.ts';
import type { Variable } from '../service-env.ts';
import { expand } from './expand.ts';
import { fieldText } from './field-ref.ts';
import type { PodAddresses } from './field-ref.ts';
import { resourceText } from './resource-ref.ts';
import type { Allocatable } from './resource-ref.ts';

/** What variables can refer to. */
export interface EnvSources {
  configMap(namespace: string, name: string): ConfigMap | undefined;
  secret(namespace: string, name: string): Secret | undefined;
  services(): readonly Service[];
  readonly addresses: PodAddresses;
  readonly allocatable: Allocatable;
}

/** All keys of a ConfigMap as text. */
export function configMapText(map: ConfigMap): ReadonlyMap<string, string> {
  return new Map([...Object.entries(map.binaryData).map(([key, value]) => [key, decode(value)] as const), ...Object.entries(map.data)]);
}

/** All keys of a Secret as text. */
export function secretText(secret: Secret): ReadonlyMap<string, string> {
  return new Map(Object.entries(secret.data).map(([key, value]) => [key, decode(value)]));
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

type Lookup = (name: string) => ReadonlyMap<string, string> | undefined;

/**
 * The variables of a container: services, then `envFrom` in order, then `env` in order; a later one wins, and `$(NAME)` sees what came before.
 * Throws StepError CreateContainerConfigError for a reference that is missing and not optional; it names the reference and never a value.
 */
export function buildEnv(pod: Pod, container: Container, sources: EnvSources): readonly Variable[] {
  const namespace = pod.metadata.namespace ?? '';
  const values = new Map(planServiceEnv(sources.services(), namespace, pod.spec.enableServiceLinks).map(({ name, value }) => [name, value]));
  const configMap: Lookup = (name) => ifFound(sources.configMap(namespace, name), configMapText);
  const secret: Lookup = (name) => ifFound(sources.secret(namespace, name), secretText);

  for (const { prefix = '', configMapRef, secretRef } of container.envFrom) {
    const ref = configMapRef ?? secretRef;
    const found = ref && (configMapRef ? configMap : secret)(ref.name);
    if (ref && !found && !ref.optional) throw missing(`${configMapRef ? 'configmap' : 'secret'} "${ref.name}" not found`);
    for (const [key, value] of found ?? []) values.set(`${prefix}${key}`, value);
  }
  for (const variable of container.env) {
    const value = valueOf(variable, pod, container, sources, { configMap, secret }, values);
    if (value !== undefined) values.set(variable.name, value);
  }
  return [...values].map(([name, value]) => ({ name, value }));
}

function ifFound<T>(object: T | undefined, read: (object: T) => ReadonlyMap<string, string>): ReadonlyMap<string, string> | undefined {
  return object && read(object);
}

function valueOf(variable: EnvVar, pod: Pod, container: Container, sources: EnvSources, lookups: { configMap: Lookup; secret: Lookup }, values: ReadonlyMap<string, string>): string | undefined {
  const from = variable.valueFrom;
  if (!from) return expand(variable.value ?? '', values);
  if (from.fieldRef) {
    const text = fieldText(pod, from.fieldRef.fieldPath, sources.addresses);
    if (text === undefined) throw missing(`unsupported fieldPath: ${from.fieldRef.fieldPath}`);
    return text;
  }
  if (from.resourceFieldRef) {
    const text = resourceText(pod, container.name, from.resourceFieldRef, sources.allocatable);
    if (text === undefined) throw missing(`unsupported resource: ${from.resourceFieldRef.resource}`);
    return text;
  }
  const ref = from.configMapKeyRef ?? from.secretKeyRef;
  if (!ref) return '';
  const kind = from.configMapKeyRef ? 'configmap' : 'secret';
  const found = (from.configMapKeyRef ? lookups.configMap : lookups.secret)(ref.name);
  const value = found?.get(ref.key);
  if (value !== undefined || ref.optional) return value;
  throw missing(found ? `couldn't find key ${ref.key} in ${kind} ${pod.metadata.namespace ?? ''}/${ref.name}` : `${kind} "${ref.name}" not found`);
}

function missing(message: string): StepError {
  return new StepError('CreateContainerConfigError', message);
}
