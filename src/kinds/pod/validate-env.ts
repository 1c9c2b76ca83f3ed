import { checkName } from '../../model/check-metadata.ts';
import { checkExactlyOne, checkUnique } from '../../model/check-values.ts';
import { checkEach } from '../../model/field.ts';
import type { Field } from '../../model/field.ts';
import { isName } from '../../model/names.ts';
import type { Container, EnvFromSource, EnvVar, EnvVarSource, KeySelector, ObjectFieldSelector, ResourceFieldSelector } from '../../model/object.ts';
import { isQuantity, readQuantity } from '../../model/quantity.ts';

const variableFields = ['metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs'];
/** What a file may hold: no fields that are known only once the Pod runs, but all labels or annotations at once. */
const fileFields = ['metadata.name', 'metadata.namespace', 'metadata.uid', 'metadata.labels', 'metadata.annotations'];
const resourceFields = ['requests.cpu', 'requests.memory', 'requests.ephemeral-storage', 'limits.cpu', 'limits.memory', 'limits.ephemeral-storage'];

/** Reports what is wrong with a container's environment. */
export function checkEnv(field: Field, { env, envFrom }: Pick<Container, 'env' | 'envFrom'>): void {
  checkEach(field.at('env'), env, checkVariable);
  checkUnique(field.at('env'), env, (variable) => variable.name, 'name');
  checkEach(field.at('envFrom'), envFrom, checkEnvFrom);
}

/** Reports a path that is no field of a Pod that may be told to its containers. */
export function checkFieldRef(field: Field, { apiVersion, fieldPath }: ObjectFieldSelector, target: 'variable' | 'file'): void {
  if (apiVersion !== undefined && apiVersion !== 'v1') field.at('apiVersion').fail(`is ${JSON.stringify(apiVersion)}; must be "v1"`);
  const allowed = target === 'variable' ? variableFields : fileFields;
  const key = /^metadata\.(?:labels|annotations)\['([^']*)'\]$/.exec(fieldPath)?.[1];
  if (key === undefined ? allowed.includes(fieldPath) : isName('label-key', key)) return;
  field.at('fieldPath').fail(`${JSON.stringify(fieldPath)} must be one of ${allowed.join(', ')}, metadata.labels['<key>'], metadata.annotations['<key>']`);
}

/** Reports a resource that can't be told to containers. */
export function checkResourceFieldRef(field: Field, { resource, divisor, containerName }: ResourceFieldSelector, target: 'variable' | 'file'): void {
  if (!resourceFields.includes(resource) && !/^(requests|limits)\.hugepages-/.test(resource)) field.at('resource').fail(`${JSON.stringify(resource)} must be one of ${resourceFields.join(', ')}`);
  if (target === 'file' && (containerName === undefined || containerName === '')) field.at('containerName').fail('is required: a file belongs to no container');
  if (divisor !== undefined && (!isQuantity(divisor) || readQuantity(divisor).nanos < 0n)) field.at('divisor').fail(`${JSON.stringify(divisor)} must be a quantity above 0, such as "1m" or "1Mi"`);
}

function checkVariable(field: Field, { name, value, valueFrom }: EnvVar): void {
  checkName(field.at('name'), 'env-name', name);
  if (valueFrom === undefined) return;
  if (value !== undefined && value !== '') field.at('valueFrom').fail('must be left out where value is given');
  checkSource(field.at('valueFrom'), valueFrom);
}

function checkSource(field: Field, source: EnvVarSource): void {
  checkExactlyOne(field, source, ['configMapKeyRef', 'secretKeyRef', 'fieldRef', 'resourceFieldRef']);
  if (source.configMapKeyRef) checkKeyRef(field.at('configMapKeyRef'), source.configMapKeyRef);
  if (source.secretKeyRef) checkKeyRef(field.at('secretKeyRef'), source.secretKeyRef);
  if (source.fieldRef) checkFieldRef(field.at('fieldRef'), source.fieldRef, 'variable');
  if (source.resourceFieldRef) checkResourceFieldRef(field.at('resourceFieldRef'), source.resourceFieldRef, 'variable');
}

function checkKeyRef(field: Field, { name, key }: KeySelector): void {
  checkName(field.at('name'), 'dns-subdomain', name);
  checkName(field.at('key'), 'config-key', key);
}

function checkEnvFrom(field: Field, source: EnvFromSource): void {
  checkExactlyOne(field, source, ['configMapRef', 'secretRef']);
  if (source.prefix !== undefined && source.prefix !== '') checkName(field.at('prefix'), 'env-name', source.prefix);
  for (const name of ['configMapRef', 'secretRef'] as const) {
    const reference = source[name];
    if (reference) checkName(field.at(name).at('name'), 'dns-subdomain', reference.name);
  }
}
