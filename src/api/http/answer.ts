import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';
import { memo } from '../../lib/memo.ts';

/** The two media types of GraphQL over HTTP. */
export const mediaTypes = { response: 'application/graphql-response+json', json: 'application/json' } as const;

type MediaType = (typeof mediaTypes)[keyof typeof mediaTypes];

/** Which of the two a request prefers; the older one where it says nothing, as the specification wants. Undefined where it takes neither. */
export function preferredMediaType(accept: string | undefined): MediaType | undefined {
  return accept === undefined ? mediaTypes.json : rankedFirst(accept);
}

/** Few different values come. */
const rankedFirst = memo(100, (accept: string): MediaType | undefined => {
  if (accept.trim() === '') return mediaTypes.json;
  const ranked = accept.split(',').map((range, index) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    return { type, quality: Number.isNaN(quality) ? 0 : quality, index };
  }).filter(({ quality }) => quality > 0).sort((one, other) => other.quality - one.quality || one.index - other.index);
  for (const { type } of ranked) {
    if (type === mediaTypes.response) return mediaTypes.response;
    if (type === mediaTypes.json || type === '*/*' || type === 'application/*') return mediaTypes.json;
  }
  return undefined;
});

/** Sends errors in GraphQL's shape, without data: nothing was executed. */
export function sendErrors(request: IncomingMessage, response: ServerResponse, status: number, errors: readonly GraphQLFormattedError[], headers: Readonly<Record<string, string>> = {}): void {
  const type = preferredMediaType(request.headers.accept) ?? mediaTypes.json;
  send(response, status, { 'content-type': `${type}; charset=utf-8`, ...headers }, JSON.stringify({ errors }));
}

/** Sends a whole answer. */
export function send(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, body: string | Buffer): void {
  if (response.destroyed) return;
  const bytes = Buffer.byteLength(body);
  response.writeHead(status, { 'content-length': bytes, 'x-content-type-options': 'nosniff', ...headers });
  // Text that is ASCII is the same in Latin-1, which Node writes without looking at each character.
  if (bytes === body.length) response.end(body, 'latin1');
  else response.end(body);
}
