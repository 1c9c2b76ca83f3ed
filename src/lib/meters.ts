import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds of what takes from a millisecond to ten seconds. */
export const secondsBuckets: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * The metrics of one process, made in `main` and passed in. Who asks for a name again gets the same metric, so a part that is started twice counts on.
 * Labels must be bounded: kinds, codes, names of fields and controllers; never names of objects, tokens or addresses.
 */
export class Meters {
  readonly #registry = new Registry();
  readonly #readers = new Set<() => void>();

  /** What only rises. The name ends in `_total`. */
  counter<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return (this.#registry.getSingleMetric(name) as Counter<L> | undefined) ?? new Counter({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  /** What rises and falls. */
  gauge<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
    return (this.#registry.getSingleMetric(name) as Gauge<L> | undefined) ?? new Gauge({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  /** How values spread; `secondsBuckets` where left out. */
  histogram<L extends string = never>(name: string, help: string, labelNames: readonly L[] = [], buckets = secondsBuckets): Histogram<L> {
    return (this.#registry.getSingleMetric(name) as Histogram<L> | undefined)
      ?? new Histogram({ name, help, labelNames: [...labelNames], buckets: [...buckets], registers: [this.#registry] });
  }

  /** Called before every reading, to set gauges that nobody tells of changes. The returned function ends it. */
  onRead(read: () => void): () => void {
    this.#readers.add(read);
    return () => void this.#readers.delete(read);
  }

  /** All metrics in Prometheus' text format. */
  text(): Promise<string> {
    for (const read of this.#readers) read();
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }
}

/** Memory and processor time of this process, under the names that Prometheus' own clients use. */
export function measureProcess(meters: Meters): void {
  const memory = meters.gauge('process_resident_memory_bytes', 'Resident memory.');
  const cpu = meters.gauge('process_cpu_seconds_total', 'Processor time used, in user and system mode.');
  meters.onRead(() => {
    memory.set(process.memoryUsage.rss());
    const { user, system } = process.cpuUsage();
    cpu.set((user + system) / 1e6);
  });
}
