import { checkUnchanged } from '../../model/check-values.ts';
import type { FieldError } from '../../model/errors.ts';
import { collectErrors } from '../../model/field.ts';
import type { ConfigMap } from '../../model/object.ts';
import { checkBase64, checkDataSize, checkKeys } from './check-data.ts';

/** Everything that is wrong with a ConfigMap. */
export function validate({ data, binaryData }: ConfigMap): readonly FieldError[] {
  return collectErrors((root) => {
    checkKeys(root.at('data'), data);
    checkKeys(root.at('binaryData'), binaryData);
    checkBase64(root.at('binaryData'), binaryData);
    for (const key of Object.keys(binaryData)) if (Object.hasOwn(data, key)) root.at('binaryData').key(key).fail('is in data too; must be in only one of them');
    checkDataSize(root.at('data'), Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0) + Object.values(binaryData).reduce((sum, text) => sum + Buffer.byteLength(text, 'base64'), 0));
  });
}

/** Everything that is wrong with a change of a ConfigMap: what is immutable stays so, with its data. */
export function validateUpdate(next: ConfigMap, previous: ConfigMap): readonly FieldError[] {
  if (!previous.immutable) return [];
  return collectErrors((root) => {
    for (const name of ['immutable', 'data', 'binaryData'] as const) checkUnchanged(root.at(name), next[name], previous[name], 'this ConfigMap is immutable: make a new one and point the Pods at it');
  });
}
