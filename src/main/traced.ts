import type { Tracer } from '../lib/tracer.ts';
import { noTracer } from '../lib/tracer.ts';
import type { Registry } from '../registry/registry.ts';
import type { Store } from '../store/store.ts';

/** A store whose commits are spans. */
export function tracedStore(store: Store, tracer: Tracer): Store {
  if (tracer === noTracer) return store;
  return { ...store, commit: (set) => tracer.span('store commit', { writes: set.writes.length }, () => store.commit(set)) };
}

/** A registry whose requests are spans. */
export function tracedRegistry(registry: Registry, tracer: Tracer): Registry {
  if (tracer === noTracer) return registry;
  return {
    commit: (changes, context) => tracer.span('registry commit', { changes: changes.length, actor: context.actor }, () => registry.commit(changes, context)),
    applyManifests: (text, options, context) => tracer.span('registry apply', { actor: context.actor }, () => registry.applyManifests(text, options, context)),
  };
}
