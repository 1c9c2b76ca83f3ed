import { pino } from 'pino';
import { systemClock } from '../../../src/lib/clock.ts';
import { systemRandom } from '../../../src/lib/random.ts';
import { ApiError } from '../../../src/model/errors.ts';
import { kindFacts, keyOf } from '../../../src/model/object.ts';
import type { Inputs, KindName, KindWithStatus, Objects, StoredObject } from '../../../src/model/object.ts';
import { bootstrap } from '../../../src/registry/bootstrap.ts';
import { createRegistry } from '../../../src/registry/create-registry.ts';
import type { RegistryConfig } from '../../../src/registry/registry-config.ts';
import type { Outcome, Registry, RequestedChange, Target } from '../../../src/registry/registry.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { minimalInput, minimalName } from '../../support/arbitraries/minimal-inputs.ts';
import { freshDatabase } from '../../support/postgres.ts';

/** How many objects of each kind a test file has made; their numbers make names that no other one has. Counted apart, for a claim's name holds no number over 255. */
const made = new Map<KindName, number>();

/** A registry on a real store with a database of its own. */
export interface Cluster extends AsyncDisposable {
  readonly databaseUrl: string;
  readonly store: Store;
  readonly registry: Registry;
  /** Commits one change. */
  change(change: RequestedChange): Promise<Outcome>;
  /** Makes an object of a kind with nothing but what is required, and perhaps more metadata. */
  make<K extends KindName>(kind: K, metadata?: Partial<Inputs[K]['metadata']>): Promise<Objects[K] & StoredObject>;
  /** What the server has now. */
  read<K extends KindName>(kind: K, target: Target): (Objects[K] & StoredObject) | undefined;
}

/** Makes one, with what every cluster has. */
export async function openCluster(): Promise<Cluster> {
  const database = await freshDatabase();
  await migrate(database.url);
  const store = await openAnother(database.url);
  const registry = registryOn(store);
  await bootstrap(registry, store);
  const change = async (wanted: RequestedChange): Promise<Outcome> => {
    const [outcome] = (await registry.commit([wanted], { actor: 'test' })).outcomes;
    if (!outcome) throw new Error('the change has no outcome');
    return outcome;
  };
  return {
    databaseUrl: database.url, store, registry, change,
    make: async (kind, metadata) => {
      const number = (made.get(kind) ?? 0) + 1;
      made.set(kind, number);
      const input = minimalInput(kind, minimalName(kind, number));
      return (await change({ verb: 'create', kind, input: { ...input, metadata: { ...input.metadata, ...metadata } } } as RequestedChange)).object as never;
    },
    read: (kind, { namespace, name }) => store.snapshot().get(kind, kindFacts[kind].namespaced ? namespace ?? 'default' : '', name) as never,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]();
      await database.drop();
    },
  };
}

/** A registry on a store, with the usual ranges or others. */
export function registryOn(store: Store, config: Partial<RegistryConfig> = {}): Registry {
  return createRegistry({ store, clock: systemClock, random: systemRandom, config: { serviceCIDR: '10.96.0.0/16', podCIDR: '10.244.0.0/16', nodePortRange: [30_000, 32_767], ...config } });
}

/** Another server's view of a cluster. */
export function openAnother(databaseUrl: string): Promise<Store> {
  return openStore({ databaseUrl, clock: systemClock, logger: pino({ level: 'silent' }) });
}

/** What a target of an object looks like. */
export function targetOf(object: StoredObject): Target {
  const { namespace, name } = keyOf(object);
  return namespace === '' ? { name } : { namespace, name };
}

/** The ApiError that a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await promise.then(() => undefined, (reason: unknown) => reason);
  if (error instanceof ApiError) return error;
  throw error ?? new Error('the request succeeded');
}

/** A change that labels an object: the smallest that every kind takes. */
export function labelling(kind: KindName, target: Target, labels: Readonly<Record<string, string | null>>): RequestedChange {
  return { verb: 'patch', kind, target, patch: { metadata: { labels } } } as RequestedChange;
}

/** Whether a kind has a status. */
export function hasStatus(kind: KindName): kind is KindWithStatus {
  return kindFacts[kind].hasStatus;
}
