import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** An image registry for one engine. Names of its images begin with `host`. */
export interface TestRegistry extends AsyncDisposable {
  readonly host: string;
  /** Offers busybox with a file of zeros beside it under a name such as `app:1`. */
  push(image: string, zeroBytes?: number): Promise<void>;
  /** What was asked of one repository, such as `HEAD manifests app 1`. */
  asked(repository: string): readonly string[];
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function layerOf(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, data] of Object.entries(files)) archive.entry({ name, mode: 0o755 }, data);
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(Buffer.from(part as Uint8Array));
  return Buffer.concat(parts);
}

/** Starts one on the loopback of a network namespace: engines trust registries there without TLS. With a login (`user:password`) it answers nobody else. */
export async function startRegistry(namespace: string, { port = 5000, login }: { readonly port?: number; readonly login?: string } = {}): Promise<TestRegistry> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gantry-registry-'));
  const program = path.join(import.meta.dirname, 'registry-server.ts');
  const server = spawn('nsenter', [`--net=/run/netns/${namespace}`, process.execPath, '--import', 'tsx', program, folder, String(port), ...(login === undefined ? [] : [login])], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    server.once('exit', () => reject(new Error('the registry did not start')));
    createInterface({ input: server.stdout }).on('line', (line) => (line === 'listening' ? resolve() : lines.push(line)));
  });
  const store = async (bytes: Buffer): Promise<{ size: number; digest: string }> => {
    const digest = digestOf(bytes);
    await writeFile(path.join(folder, digest), bytes);
    return { size: bytes.length, digest };
  };
  return {
    host: `127.0.0.1:${port}`,
    async push(image, zeroBytes = 0) {
      const [repository = '', tag = ''] = image.split(':');
      const layer = await layerOf({ 'bin/busybox': await readFile('/bin/busybox'), filler: Buffer.alloc(zeroBytes) });
      const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
      const config = Buffer.from(JSON.stringify({ architecture, os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } }));
      const manifest = Buffer.from(JSON.stringify({
        schemaVersion: 2, mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        config: { mediaType: 'application/vnd.docker.container.image.v1+json', ...(await store(config)) },
        layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', ...(await store(gzipSync(layer, { level: 1 }))) }],
      }));
      for (const reference of [digestOf(manifest), tag]) await writeFile(path.join(folder, `${repository}@${reference}`), manifest);
    },
    asked: (repository) => lines.filter((line) => line.split(' ')[2] === repository),
    async [Symbol.asyncDispose]() {
      server.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
