import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';

/** A registry that serves what lies in a folder, and says on its output what was asked. Run as a program in the network that its engine sees. */
const [folder = '', port = '', login] = process.argv.slice(2);

createServer((request, response) => {
  const { method = 'GET', url = '' } = request;
  const [, name = '', kind = '', reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url) ?? [];
  if (kind) process.stdout.write(`${method} ${kind} ${name} ${reference}\n`);
  const file = path.join(folder, kind === 'manifests' ? `${name}@${reference}` : reference);
  const answer = async (): Promise<void> => {
    const isKnown = login === undefined || request.headers.authorization === `Basic ${Buffer.from(login).toString('base64')}`;
    if (!isKnown) return void response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Basic realm="test"' }).end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }));
    if (url === '/v2/') return void response.end('{}');
    const body = kind ? await readFile(file).catch(() => undefined) : undefined;
    if (!body) return void response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] }));
    const type = kind === 'manifests' ? 'application/vnd.docker.distribution.manifest.v2+json' : 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(method === 'HEAD' ? undefined : body);
  };
  void answer();
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));
