import { checkNotEmpty, checkUnchanged } from '../../model/check-values.ts';
import type { FieldError } from '../../model/errors.ts';
import { collectErrors } from '../../model/field.ts';
import type { Secret } from '../../model/object.ts';
import { checkBase64, checkDataSize, checkKeys } from '../config-map/check-data.ts';

/** Keys that a Secret of a known type must hold. */
const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
};

/** Everything that is wrong with a Secret. No message holds a value. */
export function validate({ type, data }: Secret): readonly FieldError[] {
  return collectErrors((root) => {
    checkNotEmpty(root.at('type'), type);
    checkKeys(root.at('data'), data);
    checkBase64(root.at('data'), data);
    checkDataSize(root.at('data'), Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text, 'base64'), 0));
    for (const key of requiredKeys[type] ?? []) if (!Object.hasOwn(data, key)) root.at('data').key(key).fail(`is required in a Secret of type ${type}`);
    if (type === 'kubernetes.io/basic-auth' && !Object.hasOwn(data, 'username') && !Object.hasOwn(data, 'password')) root.at('data').fail(`must hold username or password in a Secret of type ${type}`);
  });
}

/** Everything that is wrong with a change of a Secret: its type stays, and what is immutable stays so, with its data. */
export function validateUpdate(next: Secret, previous: Secret): readonly FieldError[] {
  return collectErrors((root) => {
    checkUnchanged(root.at('type'), next.type, previous.type);
    if (!previous.immutable) return;
    for (const name of ['immutable', 'data'] as const) checkUnchanged(root.at(name), next[name], previous[name], 'this Secret is immutable: make a new one and point the Pods at it');
  });
}
