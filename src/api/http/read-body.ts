import type { IncomingMessage } from 'node:http';
import { ApiError } from '../../model/errors.ts';

/** A request's whole body as text. Rejects with LIMIT_EXCEEDED once it is larger than allowed, without reading on, and when the caller goes away. */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return Promise.reject(tooLarge(limitBytes));
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > limitBytes) {
        request.pause();
        reject(tooLarge(limitBytes));
      } else parts.push(part);
    });
    request.on('end', () => resolve(parts.length === 1 ? String(parts[0]) : Buffer.concat(parts).toString()));
    request.on('error', reject);
    request.on('close', () => { if (!request.complete) reject(new Error('the caller went away')); });
  });
}

function tooLarge(limitBytes: number): ApiError {
  return new ApiError('LIMIT_EXCEEDED', `the request is over the limit of ${limitBytes} bytes on the body`);
}
