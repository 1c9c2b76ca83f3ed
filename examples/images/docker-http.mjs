import { request } from 'node:http';

/**
 * One call to a Docker Engine; resolves with the status and the whole body. Rejects where the engine cannot be reached or is silent for a minute.
 * @param {string} socketPath
 * @param {string} method
 * @param {string} path
 * @param {Buffer | string} [body]
 * @param {string} [contentType] of the body
 * @returns {Promise<{ status: number, body: string }>}
 */
export function callDocker(socketPath, method, path, body, contentType = 'application/x-tar') {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path, timeout: 60_000, headers: body ? { 'content-type': contentType, 'content-length': Buffer.byteLength(body) } : {} }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    call.on('timeout', () => call.destroy(new Error('the Docker Engine does not answer')));
    call.on('error', reject);
    call.end(body);
  });
}
