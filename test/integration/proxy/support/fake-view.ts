import type { ServiceView } from '../../../../agent/proxy/start-proxy.ts';
import type { EndpointSlice, Service } from '../../../../src/model/object.ts';

/** A view of the cluster that a test sets by hand. */
export class FakeView implements ServiceView {
  synced = false;
  readonly #listeners = new Set<(keys: readonly string[]) => void>();
  #services: readonly Service[] = [];
  #slices: readonly EndpointSlice[] = [];

  set(services: readonly Service[], slices: readonly EndpointSlice[]): void {
    this.#services = services;
    this.#slices = slices;
    this.synced = true;
    for (const listener of this.#listeners) listener(['synced']);
  }

  services(): readonly Service[] {
    return this.#services;
  }

  endpointSlices(): readonly EndpointSlice[] {
    return this.#slices;
  }

  onChange(listener: (keys: readonly string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
