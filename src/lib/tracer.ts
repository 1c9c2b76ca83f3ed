/** What a span says about itself. Never a secret, a token, or a value of an object. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** Tells a collector how long the parts of a piece of work took. */
export interface Tracer {
  /** Runs work as a span; spans that begin inside of it are its children. A failure marks it and passes through. `parent` is a W3C `traceparent` from outside. */
  span<T>(name: string, attributes: SpanAttributes, run: () => Promise<T>, parent?: string): Promise<T>;
  /** A span that has ended already; times are milliseconds since 1970. */
  record(name: string, attributes: SpanAttributes, startMs: number, endMs: number): void;
}

/** Traces nothing and costs nothing. */
export const noTracer: Tracer = { span: (_name, _attributes, run) => run(), record: () => undefined };

/** A tracer with its end. */
export interface RunningTracer {
  readonly tracer: Tracer;
  /** Sends what is left. Never throws. */
  stop(): Promise<void>;
}

/** Sends spans to an OTLP/HTTP endpoint such as `http://127.0.0.1:4318`. Without an endpoint OpenTelemetry is not even loaded. */
export async function startTracer(endpoint: string | undefined, serviceName: string, serviceVersion: string): Promise<RunningTracer> {
  if (!endpoint) return { tracer: noTracer, stop: () => Promise.resolve() };
  const { startOpenTelemetry } = await import('./open-telemetry.ts');
  return startOpenTelemetry(endpoint, serviceName, serviceVersion);
}
