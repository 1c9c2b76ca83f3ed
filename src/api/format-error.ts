import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { ApiError } from '../model/errors.ts';

/** Told of every fault that callers only see as an id, so that the log says more. */
export type ReportFault = (errorId: string, cause: unknown) => void;

/**
 * What a caller sees of an error: the message and extensions of an ApiError, graphql's own errors with their code, and for anything else only
 * INTERNAL with an id. Never a stack trace, SQL or a value that was sent.
 */
export function formatError(error: unknown, newId: () => string, report: ReportFault): GraphQLFormattedError {
  const place = error instanceof GraphQLError ? { ...(error.locations ? { locations: error.locations } : {}), ...(error.path ? { path: error.path } : {}) } : {};
  const cause = rootCause(error);
  if (cause instanceof ApiError) return { message: cause.message, ...place, extensions: extensionsOf(cause) };
  if (cause instanceof GraphQLError) {
    const { http: _, stacktrace: __, ...extensions } = cause.extensions;
    if (typeof extensions['code'] === 'string' && extensions['code'] !== 'INTERNAL_SERVER_ERROR') return { message: cause.message, ...place, extensions };
    if (cause.message.startsWith('Argument "')) {
      return { message: cause.message.replace(/(has invalid value).*$/s, '$1.'), ...place, extensions: { code: 'BAD_USER_INPUT' } };
    }
  }
  const errorId = newId();
  report(errorId, cause);
  return { message: `internal error ${errorId}; the server's log says more`, ...place, extensions: { code: 'INTERNAL', errorId } };
}

/** The extensions of an ApiError: code, subject and fields. */
export function extensionsOf(error: ApiError): Record<string, unknown> {
  const { subject, fields } = error.details;
  return { code: error.code, ...(subject ? { subject } : {}), ...(fields ? { fields } : {}) };
}

/** An ApiError as GraphQL's own error, for places that hold nothing else. */
export function asGraphQLError(error: ApiError, extensions: Readonly<Record<string, unknown>> = {}): GraphQLError {
  return new GraphQLError(error.message, { extensions: { ...extensionsOf(error), ...extensions } });
}

function rootCause(error: unknown): unknown {
  let current = error;
  while (current instanceof GraphQLError && current.originalError && current.originalError !== current) current = current.originalError;
  return current;
}
