import { ApiError } from '../model/errors.ts';
import type { Credentials, Identity } from '../store/store.ts';

/** The token of an `Authorization` header or connection parameter: `Bearer …`. */
export function bearerToken(authorization: unknown): string | undefined {
  return typeof authorization === 'string' ? /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1] : undefined;
}

/** Whom an `Authorization` value stands for. Throws UNAUTHENTICATED, and never says what was wrong with a token. */
export async function authenticate(authorization: unknown, credentials: Pick<Credentials, 'identify'>): Promise<Identity> {
  const token = bearerToken(authorization);
  if (token === undefined) throw new ApiError('UNAUTHENTICATED', 'a bearer token is needed: "Authorization: Bearer <token>"; the first start wrote the admin token to a file and said where');
  const identity = await credentials.identify(token);
  if (!identity) throw new ApiError('UNAUTHENTICATED', 'the token is not valid, or no longer');
  return identity;
}
