import type { ConfigMapInput } from '../../model/object.ts';
import type { Content } from '../kind.ts';

/** Fills a ConfigMap. */
export function applyDefaults({ data = {}, binaryData = {}, immutable = false }: ConfigMapInput): Content<'ConfigMap'> {
  return { data, binaryData, immutable };
}
