import type { RequestedChange } from '../registry.ts';
import type { Snapshot } from '../../store/store.ts';

/** How manifests are applied. */
export interface ManifestOptions {
  readonly fieldManager: string;
  readonly force: boolean;
  /** Namespace of objects that name none. */
  readonly namespace: string;
}

/** Reads manifests. */
export function readManifests(_text: string, _options: ManifestOptions, _snapshot: Snapshot): { readonly changes: readonly RequestedChange[]; readonly positions: readonly string[] } {
  return { changes: [], positions: [] };
}
