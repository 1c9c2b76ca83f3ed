import { AsyncLocalStorage } from 'node:async_hooks';
import type * as OpenTelemetry from '@opentelemetry/api';
import type { RunningTracer, Tracer } from './tracer.ts';

/** How long an end waits for a collector that may be away. */
const sendLastMs = 2000;

/** A tracer that sends OTLP as JSON over HTTP, in batches. OpenTelemetry is loaded only now, for it costs memory. Nothing global is touched. */
export async function startOpenTelemetry(endpoint: string, serviceName: string, serviceVersion: string): Promise<RunningTracer> {
  const [api, { OTLPTraceExporter }, { resourceFromAttributes }, { BasicTracerProvider, BatchSpanProcessor }] = await Promise.all([
    import('@opentelemetry/api'), import('@opentelemetry/exporter-trace-otlp-http'), import('@opentelemetry/resources'), import('@opentelemetry/sdk-trace-base'),
  ]);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': serviceVersion }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: new URL('v1/traces', endpoint.endsWith('/') ? endpoint : `${endpoint}/`).href }))],
  });
  const spans = provider.getTracer('gantry', serviceVersion);
  const current = new AsyncLocalStorage<OpenTelemetry.Context>();
  const tracer: Tracer = {
    span: (name, attributes, run, parent) => {
      const outer = current.getStore() ?? contextOf(api, parent);
      const span = spans.startSpan(name, { attributes: { ...attributes } }, outer);
      return current.run(api.trace.setSpan(outer, span), async () => {
        try {
          return await run();
        } catch (error) {
          span.setStatus({ code: api.SpanStatusCode.ERROR, message: codeOf(error) });
          throw error;
        } finally {
          span.end();
        }
      });
    },
    record: (name, attributes, startMs, endMs) => spans.startSpan(name, { attributes: { ...attributes }, startTime: new Date(startMs) }, api.ROOT_CONTEXT).end(new Date(endMs)),
  };
  const patience = () => new Promise<void>((resolve) => void setTimeout(resolve, sendLastMs).unref());
  return { tracer, stop: () => Promise.race([provider.shutdown().catch(() => undefined), patience()]) };
}

/** What a caller's `traceparent` says; a trace of its own where it says nothing valid. */
function contextOf({ ROOT_CONTEXT, trace }: typeof OpenTelemetry, traceparent: string | undefined): OpenTelemetry.Context {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '') ?? [];
  if (!traceId || !spanId || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags ?? '00', 16), isRemote: true });
}

/** Messages may quote what a caller sent; a code never does. */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.name : 'error';
}
