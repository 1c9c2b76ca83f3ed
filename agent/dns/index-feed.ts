import type { EndpointSlice, Service } from '../../src/model/object.ts';
import { createServiceIndex } from './service-index.ts';
import type { ServiceIndex } from './service-index.ts';

/** What DNS needs to know of the cluster. */
export interface NameView {
  /** Nothing is said about names before the first complete state has arrived. */
  readonly synced: boolean;
  service(namespace: string, name: string): Service | undefined;
  endpointSlice(namespace: string, name: string): EndpointSlice | undefined;
  services(): readonly Service[];
  endpointSlices(): readonly EndpointSlice[];
  onChange(listener: (objectKeys: readonly string[]) => void): () => void;
}

/** An index that follows a view until disposed. */
export interface FedIndex extends Disposable {
  /** Undefined before the view's first complete state. */
  current(): ServiceIndex | undefined;
}

/** Keeps an index as the view is; a change costs what it changes, not what there is. */
export function feedIndex(view: NameView): FedIndex {
  const index = createServiceIndex();
  const putSlice = (slice: EndpointSlice): void => index.putSlice(slice.metadata.namespace ?? '', slice.metadata.name, slice);
  for (const slice of view.endpointSlices()) putSlice(slice);
  for (const service of view.services()) index.putService(service.metadata.namespace ?? '', service.metadata.name, service);
  const stop = view.onChange((keys) => {
    for (const key of keys) {
      const [kind, namespace = '', name = ''] = key.split('/');
      if (kind === 'EndpointSlice') index.putSlice(namespace, name, view.endpointSlice(namespace, name));
      if (kind === 'Service') index.putService(namespace, name, view.service(namespace, name));
    }
  });
  return { current: () => (view.synced ? index : undefined), [Symbol.dispose]: stop };
}
