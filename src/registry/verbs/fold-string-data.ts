import type { KindName } from '../../model/object.ts';
import { isFields } from '../merge-patch.ts';

/** The patch of a Secret with `stringData` folded into `data` as base64; a null removes the key there. Patches of other kinds as they are. */
export function foldStringData(kind: KindName, patch: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (kind !== 'Secret' || !('stringData' in patch)) return patch;
  const { stringData, ...rest } = patch;
  if (!isFields(stringData)) return rest;
  const encoded = Object.fromEntries(Object.entries(stringData).map(([key, value]) => [key, value === null ? null : Buffer.from(String(value)).toString('base64')]));
  return { ...rest, data: { ...(isFields(rest['data']) ? rest['data'] : {}), ...encoded } };
}
