import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it arrived. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly service: string;
}

/** A collector that remembers the spans it gets by OTLP/HTTP in JSON. */
export interface OtlpReceiver extends AsyncDisposable {
  readonly endpoint: string;
  readonly spans: readonly ReceivedSpan[];
  /** All that arrived, as text. */
  text(): string;
}

interface WireAttribute { readonly key: string; readonly value: Readonly<Record<string, unknown>> }
interface WireSpan { readonly name: string; readonly traceId: string; readonly spanId: string; readonly parentSpanId?: string; readonly attributes: readonly WireAttribute[]; readonly status?: { readonly code?: number } }
interface WireBody { readonly resourceSpans: readonly { readonly resource: { readonly attributes: readonly WireAttribute[] }; readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[] }[] }

const valuesOf = (attributes: readonly WireAttribute[]) => Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** Listens on a free port of this machine. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const texts: string[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    texts.push(text);
    if (request.url === '/v1/traces') for (const { resource, scopeSpans } of (JSON.parse(text) as WireBody).resourceSpans) {
      for (const span of scopeSpans.flatMap((scope) => scope.spans)) spans.push({
        name: span.name, traceId: span.traceId, spanId: span.spanId, parentSpanId: span.parentSpanId || undefined, isError: span.status?.code === 2,
        attributes: valuesOf(span.attributes), service: String(valuesOf(resource.attributes)['service.name']),
      });
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    text: () => texts.join('\n'),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => { server.close(() => resolve()); });
    },
  };
}
