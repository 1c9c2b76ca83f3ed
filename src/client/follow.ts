import { backoffMs } from '../lib/backoff.ts';
import type { Clock } from '../lib/clock.ts';
import { wait } from '../lib/wait.ts';
import { ApiError, errorCodes } from '../model/errors.ts';
import { keyOf, keyText } from '../model/object.ts';
import type { KindName, Objects } from '../model/object.ts';
import type { Client, Followed } from './client.ts';
import { selectionVariables } from './kind-calls.ts';
import { kindDocuments } from './kind-documents.ts';
import { afterBookmark, afterChange, startPosition, wasGiven } from './resume-position.ts';
import type { ResumePosition } from './resume-position.ts';

const reconnectBackoff = { baseMs: 100, maxMs: 5000 };

interface WireChange<K extends KindName> {
  readonly result: { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; readonly revision: string; readonly object?: Objects[K] };
}

/** See `Client.follow`. */
export async function* follow<K extends KindName>(
  subscribe: Client['subscribe'], clock: Clock, kind: K, { afterRevision, signal, ...selection }: NonNullable<Parameters<Client['follow']>[1]>,
): AsyncGenerator<Followed<K>, void, undefined> {
  let position = startPosition(afterRevision);
  let failures = 0, anythingGiven = afterRevision !== undefined;
  while (!signal?.aborted) {
    try {
      const changes = subscribe<WireChange<K>>(kindDocuments(kind).follow, { ...selectionVariables(kind, selection), afterRevision: position.afterRevision }, signal);
      for await (const { result } of changes) {
        failures = 0;
        const step = stepOf(result, position);
        position = step.position;
        if (!step.give) continue;
        anythingGiven = true;
        yield step.give;
      }
      failures++;
    } catch (error) {
      if (!(error instanceof ApiError) || !(errorCodes[error.code].retry || error.code === 'EXPIRED')) throw error;
      failures++;
      if (error.code === 'EXPIRED') position = startPosition(undefined);
    }
    if (position.afterRevision === undefined && anythingGiven) {
      anythingGiven = false;
      yield { type: 'RESTART' };
    }
    if (failures > 0) await wait(backoffMs(failures, reconnectBackoff), clock, signal).catch(() => {});
  }
}

function stepOf<K extends KindName>({ type, revision, object }: WireChange<K>['result'], position: ResumePosition): { position: ResumePosition; give: Followed<K> | undefined } {
  if (type === 'BOOKMARK' || !object) return { position: afterBookmark(revision), give: { type: 'BOOKMARK', revision } };
  const key = keyText(keyOf(object));
  if (wasGiven(position, revision, key)) return { position, give: undefined };
  return { position: afterChange(position, revision, key), give: { type, revision, object } };
}
