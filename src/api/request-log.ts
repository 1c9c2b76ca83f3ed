import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { ApiError } from '../model/errors.ts';

/** The message of every line that tells of one request or operation. */
export const requestMessage = 'request';

/** What becomes known of a request while it is answered. Never a variable, a header, a message or the text of a document: they may hold secrets. */
export interface RequestLine {
  /** Callers get it as `x-request-id`. */
  readonly requestId: string;
  readonly startedMs: number;
  /** Its type and first root field, such as `query pods`. */
  operation?: string | undefined;
  /** `admin`, `node:node-1`. */
  actor?: string | undefined;
  /** Of its first error. */
  code?: string | undefined;
}

/** Paths that are asked every few seconds by machines. */
const quietPaths: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);
const knownPaths: ReadonlySet<string> = new Set([...quietPaths, '/', '/graphql']);

/** Writes one line when the request has been answered or given up. What is set in the returned line meanwhile is part of it. */
export function logHttpRequest({ method }: IncomingMessage, response: ServerResponse, path: string, logger: Logger): RequestLine {
  const line: RequestLine = { requestId: randomUUID(), startedMs: performance.now(), operation: undefined, actor: undefined, code: undefined };
  response.once('close', () => {
    const { requestId, startedMs, operation, actor, code } = line;
    logger[quietPaths.has(path) ? 'debug' : 'info']({
      requestId, method, path: knownPaths.has(path) ? path : '(other)', operation, actor, code,
      status: response.headersSent ? response.statusCode : undefined, aborted: response.writableFinished ? undefined : true, durationMs: sinceMs(startedMs),
    }, requestMessage);
  });
  return line;
}

/** Begins the line of an operation over a WebSocket; the returned function writes it. */
export function logSocketOperation(logger: Logger, operation: string | undefined, actor: string | undefined): (end?: { readonly code?: string | undefined; readonly results?: number }) => void {
  const startedMs = performance.now();
  return (end) => logger.info({ requestId: randomUUID(), transport: 'websocket', operation, actor, ...end, durationMs: sinceMs(startedMs) }, requestMessage);
}

/** The code of the first error in the text of an answer, if it begins with errors. */
export function codeInAnswer(text: string): string | undefined {
  return text.startsWith('{"errors"') ? /"code":"([A-Z_]+)"/.exec(text)?.[1] : undefined;
}

/** The code of the first of some errors, as callers get it. */
export function codeOf(errors: readonly GraphQLError[] | undefined): string | undefined {
  const first = errors?.[0];
  if (!first) return undefined;
  if (first.originalError instanceof ApiError) return first.originalError.code;
  return typeof first.extensions['code'] === 'string' ? first.extensions['code'] : 'INTERNAL';
}

function sinceMs(startedMs: number): number {
  return Math.round((performance.now() - startedMs) * 100) / 100;
}
