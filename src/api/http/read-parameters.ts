import type { IncomingMessage } from 'node:http';
import { memo } from '../../lib/memo.ts';
import { ApiError } from '../../model/errors.ts';
import type { ErrorCode } from '../../model/errors.ts';
import { mediaTypes } from './answer.ts';
import { readBody } from './read-body.ts';

/** What a request asks for, by the GraphQL-over-HTTP specification. */
export interface Parameters {
  readonly query: string | undefined;
  readonly documentId: string | undefined;
  readonly operationName: string | undefined;
  /** The parsed body of a POST. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** A request that is refused as such, with the status and headers of the answer. */
export class Refusal extends ApiError {
  constructor(readonly status: number, message: string, readonly headers: Readonly<Record<string, string>> = {}, code: ErrorCode = 'INVALID') {
    super(code, message);
  }
}

/** Reads a request's parameters from its address or its body. Rejects with Refusal, or with LIMIT_EXCEEDED for too large a body. */
export async function readParameters(request: IncomingMessage, limitBytes: number): Promise<Parameters> {
  if (request.method === 'GET') {
    const search = new URL(request.url ?? '/', 'http://localhost').searchParams;
    const [variables, extensions] = ['variables', 'extensions'].map((name) => parseJson(search.get(name) ?? 'null', `the parameter "${name}"`));
    return checked({ query: search.get('query') ?? undefined, documentId: search.get('documentId') ?? undefined, operationName: search.get('operationName') ?? undefined, variables, extensions }, undefined);
  }
  const refusal = refusalOfType(request.headers['content-type'] ?? '');
  if (refusal) throw new Refusal(415, refusal);
  const body = parseJson(await readBody(request, limitBytes), 'the body');
  if (Array.isArray(body)) throw new Refusal(400, 'one request at a time: batches are not supported; several root fields in one document, or commitChangeSet, do the same');
  if (typeof body !== 'object' || body === null) throw new Refusal(400, 'the body must be a JSON object with "query" or "documentId"');
  return checked(body as Readonly<Record<string, unknown>>, body as Parameters['body']);
}

/** What is wrong with a content type; few different ones come. */
const refusalOfType = memo(100, (contentType: string): string | undefined => {
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  if (type !== mediaTypes.json) return `the body must be ${mediaTypes.json}, and content-type must say so`;
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length).replaceAll('"', '');
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' ? undefined : 'the body must be UTF-8';
});

function checked({ query, documentId, operationName, variables, extensions }: Readonly<Record<string, unknown>>, body: Parameters['body']): Parameters {
  if (query != null && typeof query !== 'string') throw new Refusal(400, '"query" must be text');
  if (documentId != null && typeof documentId !== 'string') throw new Refusal(400, '"documentId" must be text');
  if (operationName != null && typeof operationName !== 'string') throw new Refusal(400, '"operationName" must be text');
  if (!isMap(variables)) throw new Refusal(400, '"variables" must be a map');
  if (!isMap(extensions)) throw new Refusal(400, '"extensions" must be a map');
  return { query: query ?? undefined, documentId: documentId ?? undefined, operationName: operationName ?? undefined, body };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> | null | undefined {
  return value == null || (typeof value === 'object' && !Array.isArray(value));
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, `${what} is not valid JSON`);
  }
}
