import { systemRandom } from '../../../../src/lib/random.ts';
import { ApiError } from '../../../../src/model/errors.ts';
import type { StoredObject } from '../../../../src/model/object.ts';
import { bootstrap } from '../../../../src/registry/bootstrap.ts';
import { createRegistry } from '../../../../src/registry/create-registry.ts';
import type { RegistryConfig } from '../../../../src/registry/registry-config.ts';
import type { Registry, RequestContext, RequestedChange } from '../../../../src/registry/registry.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import type { ManualClock } from '../../../support/manual-clock.ts';
import { MemoryStore } from './memory-store.ts';

/** The ranges of a cluster as it is set up by default. */
export const defaultConfig: RegistryConfig = { serviceCIDR: '10.96.0.0/16', podCIDR: '10.244.0.0/16', nodePortRange: [30_000, 32_767] };

/** A registry over a store in memory, with what every cluster has. */
export interface TestRegistry {
  readonly store: MemoryStore;
  readonly registry: Registry;
  readonly clock: ManualClock;
  /** Commits one change and returns the object. */
  do(change: RequestedChange, context?: Partial<RequestContext>): Promise<StoredObject>;
}

/** Makes one. */
export async function newRegistry(config: Partial<RegistryConfig> = {}): Promise<TestRegistry> {
  const store = new MemoryStore(), clock = manualClock();
  const registry = createRegistry({ store, clock, random: systemRandom, config: { ...defaultConfig, ...config } });
  await bootstrap(registry, store);
  return {
    store, registry, clock,
    do: async (change, context) => {
      const { outcomes } = await registry.commit([change], { actor: 'test', ...context });
      const object = outcomes[0]?.object;
      if (!object) throw new Error('the change has no outcome');
      return object;
    },
  };
}

/** The ApiError that a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<ApiError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('the request succeeded');
}

/** The invalid fields' paths, in order. */
export function paths(error: ApiError): readonly string[] {
  return (error.details.fields ?? []).map(({ path }) => path);
}
