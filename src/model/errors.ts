/** Every way in which a request can fail, and whether the same request may succeed later. The code is `extensions.code` of the GraphQL error. */
export const errorCodes = {
  INVALID: { retry: false, meaning: 'The input breaks rules; every invalid field is listed.' },
  NOT_FOUND: { retry: false, meaning: 'There is no such object.' },
  ALREADY_EXISTS: { retry: false, meaning: 'The name is taken.' },
  CONFLICT: { retry: true, meaning: 'Someone else changed the object in between; read it again.' },
  FORBIDDEN: { retry: false, meaning: 'The caller may not do this, or a rule of the cluster is against it.' },
  TOO_MANY_REQUESTS: { retry: true, meaning: 'A disruption budget does not allow another eviction now; try again when more of its Pods are healthy.' },
  UNAUTHENTICATED: { retry: false, meaning: 'No valid bearer token came with the request.' },
  EXPIRED: { retry: false, meaning: 'The revision is older than what is kept; start again from the current state.' },
  LIMIT_EXCEEDED: { retry: false, meaning: 'The request is larger, deeper or more frequent than allowed.' },
  UNAVAILABLE: { retry: true, meaning: 'Something that is needed does not answer now.' },
  INTERNAL: { retry: true, meaning: 'A fault of the server; its log says more.' },
} as const;

/** One of the table's codes. */
export type ErrorCode = keyof typeof errorCodes;

/** One invalid field. */
export interface FieldError {
  /** Path from the object: `spec.template.spec.containers[0].name`. */
  readonly path: string;
  /** What was wrong and what would be right, for people. Never the value of a Secret. */
  readonly message: string;
}

/** The object that an error is about. */
export interface ErrorSubject {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** The one error that Gantry's own code throws for a caller's eyes. Anything else that reaches the API becomes INTERNAL without its text. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: { readonly subject?: ErrorSubject | undefined; readonly fields?: readonly FieldError[] | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
  }
}

/** `INVALID` with every field error: `Pod "web" is invalid: spec.containers: at least one is required; …`. */
export function invalid(subject: ErrorSubject, fields: readonly FieldError[]): ApiError {
  return new ApiError('INVALID', `${describe(subject)} is invalid: ${fields.map((f) => `${f.path}: ${f.message}`).join('; ')}`, { subject, fields });
}

/** `NOT_FOUND` for an object. */
export function notFound(subject: ErrorSubject): ApiError {
  return new ApiError('NOT_FOUND', `${describe(subject)} not found`, { subject });
}

/** `Pod "default/web"`. */
export function describe(subject: ErrorSubject): string {
  const name = subject.namespace ? `${subject.namespace}/${subject.name ?? ''}` : subject.name ?? '';
  return `${subject.kind} "${name}"`;
}
