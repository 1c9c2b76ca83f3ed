import type { Meters } from '../lib/meters.ts';
import type { ResultCounts } from './watch/shared-results.ts';

/** What an operator graphs of one server's API. */
export interface Metrics {
  /** `operation` is the type and the first root field: `query pods`. */
  observeOperation(operation: string, transport: 'http' | 'websocket', outcome: 'ok' | 'error', seconds: number): void;
  /** Refused before it ran, by code. */
  countRefusal(code: string): void;
  subscriptionStarted(field: string): () => void;
  subscriberTooSlow(field: string): void;
  /** From the arrival of a change at this server to its message being written to the last of the subscribers that were ready for it. */
  observeWatchLag(seconds: number): void;
  countSubscriptionResults(counts: ResultCounts): void;
  connectionOpened(): () => void;
  /** Prometheus' text format, with the metrics of all other parts of the process. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** The API's metrics among those of its process. */
export function createMetrics(meters: Meters): Metrics {
  const operations = meters.histogram('gantry_api_operation_seconds', 'Time of GraphQL operations.', ['operation', 'transport', 'outcome']);
  const refusals = meters.counter('gantry_api_refusals_total', 'Requests refused before they ran, by code.', ['code']);
  const subscriptions = meters.gauge('gantry_api_subscriptions', 'Running subscriptions.', ['field']);
  const slow = meters.counter('gantry_api_slow_subscribers_total', 'Subscriptions ended because they were read too slowly.', ['field']);
  const lag = meters.histogram('gantry_api_watch_lag_seconds', 'From the arrival of a change at this server to its message being written to the last of the subscribers that were ready for it.');
  const results = meters.counter('gantry_api_subscription_results_total', 'Messages of subscriptions: executed, or shared with an equal subscription.', ['source']);
  const connections = meters.gauge('gantry_api_websockets', 'Open WebSocket connections.');
  return {
    observeOperation: (operation, transport, outcome, seconds) => operations.observe({ operation, transport, outcome }, seconds),
    countRefusal: (code) => refusals.inc({ code }),
    subscriptionStarted: (field) => {
      subscriptions.inc({ field });
      return () => subscriptions.dec({ field });
    },
    subscriberTooSlow: (field) => slow.inc({ field }),
    observeWatchLag: (seconds) => lag.observe(seconds),
    countSubscriptionResults: ({ executed, shared }) => {
      results.inc({ source: 'executed' }, executed);
      results.inc({ source: 'shared' }, shared);
    },
    connectionOpened: () => {
      connections.inc();
      return () => connections.dec();
    },
    text: () => meters.text(),
    contentType: meters.contentType,
  };
}
