import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import { wait } from '../lib/wait.ts';
import { ApiError } from '../model/errors.ts';
import { keyOf, keyText } from '../model/object.ts';
import type { Revision, Snapshot, Store, Write } from '../store/store.ts';
import { isClaim } from './admission/claims.ts';
import { describeOutcomes } from './describe-outcomes.ts';
import { finishRequest } from './finish-request.ts';
import type { FinishedRequest } from './finish-request.ts';
import { readManifests } from './manifests/read-manifests.ts';
import { refuse } from './refuse.ts';
import type { Registry, RequestContext, RequestedChange, RequestOutcome } from './registry.ts';
import type { RegistryConfig } from './registry-config.ts';
import { prepareShapes } from './schema/shape.ts';
import { stageRequest } from './stage-request.ts';
import type { Refusal, StagedStep } from './stage-request.ts';
import { Staging } from './staging.ts';

/** What a registry stands on. */
export interface RegistryOptions {
  readonly store: Pick<Store, 'snapshot' | 'snapshotAtLeast' | 'commit'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: RegistryConfig;
}

/** How often a request is tried against newer states before a conflict is told to the caller. */
const maxAttempts = 64;
/** How long a request waits for a state that it was told of but that this server has not seen. */
const catchUpMs = 1000;
/** The codes that a request can get because another writer came in between. Staging against the newer state tells whether they stand. */
const raceCodes: readonly string[] = ['CONFLICT', 'ALREADY_EXISTS', 'NOT_FOUND'];

interface Request {
  readonly changes: readonly RequestedChange[];
  /** What was found invalid before. */
  readonly refusals: readonly Refusal[];
  /** How a change is named in paths of errors. */
  readonly nameOf: (change: number) => string;
}

interface PreparedRequest {
  readonly steps: readonly StagedStep[];
  readonly finished: FinishedRequest;
}

/** The one way to change objects, on a store. Several may stand on one store, and several servers on one database. */
export function createRegistry(options: RegistryOptions): Registry {
  prepareShapes();
  const reserved = new Set<string>();
  return {
    commit: (changes, context) => commit(options, reserved, { changes, refusals: [], nameOf: (change) => (changes.length > 1 ? `changes[${change}]` : '') }, context),
    applyManifests: async (text, manifestOptions, context) => {
      const { changes, positions, refusals } = readManifests(text, manifestOptions, options.store.snapshot());
      return commit(options, reserved, { changes, refusals, nameOf: (change) => positions[change] ?? '' }, context);
    },
  };
}

async function commit(options: RegistryOptions, reserved: Set<string>, request: Request, context: RequestContext): Promise<RequestOutcome> {
  const { store } = options;
  await catchUp(options, newestDemanded(request.changes));
  for (let attempt = 1; ; attempt += 1) {
    const snapshot = store.snapshot();
    const { steps, finished } = prepare(options, reserved, request, context, snapshot);
    const { writes, preconditions } = finished;
    if (context.dryRun || writes.length === 0) return { outcomes: describeOutcomes(steps, finished, []), revision: undefined };
    const claims = writes.flatMap(claimName);
    for (const claim of claims) reserved.add(claim);
    try {
      const { revision, objects } = await store.commit({ writes, preconditions, actor: context.actor, fence: context.fence });
      return { outcomes: describeOutcomes(steps, finished, objects), revision };
    } catch (error) {
      if (!(error instanceof ApiError) || !raceCodes.includes(error.code) || attempt === maxAttempts) throw error;
    } finally {
      for (const claim of claims) reserved.delete(claim);
    }
    await catchUp(options, snapshot.revision + 1);
    if (attempt > 4) await wait(options.random.bytes(1)[0]! % Math.min(attempt, 20), options.clock);
  }
}

function prepare({ clock, random, config }: RegistryOptions, reserved: ReadonlySet<string>, { changes, refusals: found, nameOf }: Request, { actor }: RequestContext, snapshot: Snapshot): PreparedRequest {
  const staging = new Staging(snapshot), nowMs = clock.now();
  const { steps, refusals: early } = stageRequest(changes, { staging, nowMs, actor, random }, found.length > 0);
  const { refusals: late, ...finished } = finishRequest({ staging, config, random, nowMs, isReserved: (key) => reserved.has(keyText(key)) });
  const refusals = [...found, ...early, ...late].sort((one, other) => one.change - other.change);
  if (refusals.length > 0) throw refuse(refusals, nameOf);
  return { steps, finished };
}

/** Waits until this server has seen a revision. Gives up silently: the caller finds out what is missing. */
async function catchUp({ store, clock }: RegistryOptions, revision: Revision): Promise<void> {
  if (store.snapshot().revision >= revision) return;
  const controller = new AbortController();
  const cancel = clock.after(catchUpMs, () => controller.abort());
  await store.snapshotAtLeast(revision, controller.signal).catch(() => undefined);
  cancel();
}

/** The newest revision that a change says it is based on; it may come from another server. */
function newestDemanded(changes: readonly RequestedChange[]): Revision {
  const demanded = changes.map((change) => Number(('target' in change ? change.target.resourceVersion : undefined) ?? metadataOf(change)?.resourceVersion ?? 0));
  return Math.max(0, ...demanded.filter(Number.isSafeInteger));
}

function metadataOf(change: RequestedChange): { readonly resourceVersion?: string | undefined } | undefined {
  if (change.verb === 'patch') return change.patch.metadata;
  return 'input' in change ? change.input.metadata : undefined;
}

function claimName(write: Write): string[] {
  return write.type === 'create' && isClaim(write.object.kind) ? [keyText(keyOf(write.object))] : [];
}
