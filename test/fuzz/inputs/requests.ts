import * as fc from 'fast-check';
import { fuzzDocument } from './documents.ts';
import { tokenMark } from './fuzz-input.ts';
import type { FuzzInput } from './fuzz-input.ts';

/** What HTTP lets a header hold. */
const headerText = fc.string({ unit: fc.constantFrom(...'abcXYZ019 -_.,;=/+*"\\\'%{}()<>@\u00e9\u00ff'), maxLength: 40 });

const authorization = fc.oneof(
  headerText, headerText.map((text) => `Bearer ${text}`), fc.constantFrom('', 'Bearer', 'Bearer ', 'bearer  x', 'Basic YWRtaW46YWRtaW4=', `Bearer ${tokenMark}x`, `Bearer ${tokenMark} ${tokenMark}`, `Bearer ${'x'.repeat(8_000)}`, 'Bearer null', "Bearer ' OR 1=1 --"),
  fc.constantFrom(`Bearer ${tokenMark}`),
);

const contentType = fc.oneof(headerText, fc.constantFrom('application/json', 'application/json; charset=utf-8', 'application/json; charset="', 'application/json;charset=utf-16', 'text/plain', 'multipart/form-data; boundary=x', 'application/graphql', ''));
const accept = fc.oneof(headerText, fc.constantFrom('*/*', 'application/json', 'application/graphql-response+json', 'application/*;q=nan', 'multipart/mixed', ';q=1', ','));
const body = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.json({ maxDepth: 2 }), fuzzDocument.map((query) => JSON.stringify({ query })), fc.constantFrom('', 'null', '[]', '[{"query":"{ revision }"}]', '{"query":"{ revision }"', '{"query":"{ revision }"}', '{"__proto__":{"query":"{ revision }"}}'));
const search = fc.oneof(fc.constant(''), fuzzDocument.filter((text) => text.length < 2_000).map((query) => `?query=${encodeURIComponent(query.toWellFormed())}`), headerText.map((text) => `?query=%7Brevision%7D&variables=${encodeURIComponent(text)}`),
  fc.constantFrom('?query=%', '?query=%ff', '?query=%7Brevision%7D&query=x', '?', '?documentId=', '?variables={', '?extensions=null&query=%7B__typename%7D', '?operationName=%00&query=%7Brevision%7D'));

/** Requests that are wrong as HTTP goes, or bear no token that counts. */
export const fuzzRequests: fc.Arbitrary<FuzzInput> = fc.record({
  method: fc.constantFrom('POST', 'POST', 'POST', 'GET', 'GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'HEAD'), query: search, authorization, contentType, accept, body,
}).map(({ method, query, body: content, authorization: token, contentType: type, accept: accepted }) => ({
  via: 'http', method, query, body: method === 'GET' || method === 'HEAD' ? '' : content, headers: { authorization: token, 'content-type': type, accept: accepted },
}));
