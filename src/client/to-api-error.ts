import { ApiError, errorCodes } from '../model/errors.ts';
import type { ErrorCode, ErrorSubject, FieldError } from '../model/errors.ts';

/** An error of a GraphQL answer, as far as it is understood. */
export interface WireError {
  readonly message?: string;
  readonly extensions?: { readonly code?: unknown; readonly subject?: unknown; readonly fields?: unknown };
}

/** The first of an answer's errors; the others follow in its message. */
export function fromWireErrors(errors: readonly WireError[]): ApiError {
  const extensions = errors[0]?.extensions;
  return new ApiError(codeOf(extensions?.code), errors.map((e) => e.message ?? 'unknown error').join('; '), {
    subject: extensions?.subject as ErrorSubject | undefined,
    fields: Array.isArray(extensions?.fields) ? extensions.fields as readonly FieldError[] : undefined,
  });
}

/** The error of an answer that is not GraphQL, such as a proxy's. */
export function fromHttpStatus(status: number, text: string): ApiError {
  const code: ErrorCode = status === 401 ? 'UNAUTHENTICATED' : status === 403 ? 'FORBIDDEN' : status === 404 ? 'NOT_FOUND' : status === 413 || status === 429 ? 'LIMIT_EXCEEDED'
    : status === 502 || status === 503 || status === 504 ? 'UNAVAILABLE' : status >= 500 ? 'INTERNAL' : 'INVALID';
  return new ApiError(code, `the server answered with status ${status}: ${text.slice(0, 200)}`);
}

/** The error of a connection that cannot be made or was lost. */
export function fromConnectionFailure(url: string, cause: unknown): ApiError {
  return new ApiError('UNAVAILABLE', `no answer from ${url}: ${reasonOf(cause)}`, { cause });
}

/** The error of a closed WebSocket, by its close code. */
export function fromClose(url: string, event: { readonly code: number; readonly reason?: string }): ApiError {
  const reason = event.reason || `close code ${event.code}`;
  if (event.code === 4401 || event.code === 4403) return new ApiError('UNAUTHENTICATED', `the server refused the token: ${reason}`);
  if (event.code === 4400) return new ApiError('INVALID', `the server did not understand: ${reason}`);
  return fromConnectionFailure(url, new Error(`connection closed (${reason})`));
}

function codeOf(code: unknown): ErrorCode {
  if (typeof code === 'string' && code in errorCodes) return code as ErrorCode;
  return code === 'GRAPHQL_PARSE_FAILED' || code === 'GRAPHQL_VALIDATION_FAILED' || code === 'BAD_USER_INPUT' || code === 'BAD_REQUEST' ? 'INVALID' : 'INTERNAL';
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause instanceof Error ? cause.cause : cause;
  return inner.message || ('code' in inner ? String(inner.code) : inner.name);
}
