import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Store } from '../store/store.ts';

/** What an operator graphs of one server's API. */
export interface Metrics {
  /** `operation` is the type and the first root field: `query pods`. */
  observeOperation(operation: string, transport: 'http' | 'websocket', outcome: 'ok' | 'error', seconds: number): void;
  /** Refused before it ran, by code. */
  countRefusal(code: string): void;
  subscriptionStarted(field: string): () => void;
  subscriberTooSlow(field: string): void;
  connectionOpened(): () => void;
  /** Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Metrics of a server's own; two servers in one process don't mix. */
export function createMetrics(store: Pick<Store, 'snapshot'>): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  const operations = new Histogram({
    name: 'gantry_api_operation_seconds', help: 'Time of GraphQL operations.', labelNames: ['operation', 'transport', 'outcome'], registers,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  });
  const refusals = new Counter({ name: 'gantry_api_refusals_total', help: 'Requests refused before they ran, by code.', labelNames: ['code'], registers });
  const subscriptions = new Gauge({ name: 'gantry_api_subscriptions', help: 'Running subscriptions.', labelNames: ['field'], registers });
  const slow = new Counter({ name: 'gantry_api_slow_subscribers_total', help: 'Subscriptions ended because they were read too slowly.', labelNames: ['field'], registers });
  const connections = new Gauge({ name: 'gantry_api_websockets', help: 'Open WebSocket connections.', registers });
  new Gauge({ name: 'gantry_store_revision', help: 'The revision that reads are answered from.', registers, collect() { this.set(store.snapshot().revision); } });
  new Gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory.', registers, collect() { this.set(process.memoryUsage.rss()); } });
  return {
    observeOperation: (operation, transport, outcome, seconds) => operations.observe({ operation, transport, outcome }, seconds),
    countRefusal: (code) => refusals.inc({ code }),
    subscriptionStarted: (field) => {
      subscriptions.inc({ field });
      return () => subscriptions.dec({ field });
    },
    subscriberTooSlow: (field) => slow.inc({ field }),
    connectionOpened: () => {
      connections.inc();
      return () => connections.dec();
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
