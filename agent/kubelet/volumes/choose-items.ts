import type { KeyToPath } from '../../../src/model/object.ts';
import { StepError } from '../step-error.ts';
import type { Payload } from './write-atomically.ts';

/** Which keys of a ConfigMap or Secret become which files. Throws StepError for a named key that is missing, unless that is allowed. */
export function chooseItems(data: ReadonlyMap<string, Buffer>, items: readonly KeyToPath[] | undefined, defaultMode: number, optional: boolean, subject: string): Payload {
  if (!items) return new Map([...data].map(([key, bytes]) => [key, { data: bytes, mode: defaultMode }]));
  const payload = new Map<string, { data: Buffer; mode: number }>();
  for (const { key, path, mode } of items) {
    const bytes = data.get(key);
    if (bytes) payload.set(path, { data: bytes, mode: mode ?? defaultMode });
    else if (!optional) throw new StepError('FailedMount', `${subject} references non-existent key: ${key}`);
  }
  return payload;
}
