import type { IncomingMessage } from 'node:http';
import { ApiError } from '../../model/errors.ts';

/** A request's whole body as text. Throws LIMIT_EXCEEDED once it is larger than allowed, without reading on; rejects when the caller goes away. */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<string> {
  const tooLarge = () => new ApiError('LIMIT_EXCEEDED', `the request is over the limit of ${limitBytes} bytes on the body`);
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > limitBytes) {
        request.pause();
        reject(tooLarge());
      } else parts.push(part);
    });
    request.on('end', () => resolve(parts.length === 1 ? String(parts[0]) : Buffer.concat(parts).toString()));
    request.on('error', reject);
    request.on('close', () => reject(new Error('the caller went away')));
  });
}
