import type { FuzzOutcome } from './send-input.ts';

/** What a store holds. */
export interface StoreState {
  readonly revision: number;
  /** Equal where all is equal that no revision tells of: tokens, leases, audit entries. */
  readonly beside: string;
}

/** The revisions that an answer says its mutations took effect at, under whatever names. */
export function acknowledged({ texts: [text = ''] }: FuzzOutcome): readonly number[] {
  if (!text.startsWith('{')) return [];
  const { data } = JSON.parse(text) as { readonly data?: Readonly<Record<string, unknown>> | null };
  return Object.values(data ?? {}).flatMap((payload) => (typeof payload === 'object' && payload !== null ? Object.values(payload) : []))
    .flatMap((value) => (typeof value === 'string' && /^\d+$/.test(value) ? [Number(value)] : []));
}

/** What is wrong with how a store has changed; undefined where nothing is: every revision between the two was acknowledged to somebody, and nothing else has changed. */
export function problemOfChanges(before: StoreState, after: StoreState, told: ReadonlySet<number>): string | undefined {
  if (after.beside !== before.beside) return `changed tokens, leases or audit entries: ${before.beside} became ${after.beside}`;
  if (after.revision < before.revision) return `the store went back from revision ${before.revision} to ${after.revision}`;
  const untold = Array.from({ length: after.revision - before.revision }, (_, at) => before.revision + 1 + at).filter((revision) => !told.has(revision));
  return untold.length === 0 ? undefined : `changed the store and told nobody, from revision ${before.revision} to ${after.revision}: ${untold.slice(0, 10).join(', ')}`;
}
