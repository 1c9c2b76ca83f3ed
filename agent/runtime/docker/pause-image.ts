import { createHash } from 'node:crypto';
import { pack } from 'tar-stream';
import { pauseProgram } from './pause-program.ts';
import type { PauseArchitecture } from './pause-program.ts';

/** An image as `docker load` takes it. */
export interface LoadableImage {
  readonly name: string;
  /** `sha256:…`; the same on every machine of the architecture. */
  readonly id: string;
  readonly tar: Buffer;
}

/** The name of the image that sandboxes run. */
export const pauseImageName = 'gantry/pause:1';

async function tarOf(files: readonly { readonly name: string; readonly data: Buffer; readonly mode: number }[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, data, mode } of files) archive.entry({ name, mode, mtime: new Date(0), uid: 0, gid: 0 }, data);
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(Buffer.from(part as Uint8Array));
  return Buffer.concat(parts);
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Builds the pause image. Deterministic: no registry and no build step is needed to start a Pod. */
export async function pauseImage(architecture: PauseArchitecture): Promise<LoadableImage> {
  const layer = await tarOf([{ name: 'pause', data: pauseProgram(architecture), mode: 0o755 }]);
  const epoch = '1970-01-01T00:00:00Z';
  const config = Buffer.from(JSON.stringify({
    architecture,
    os: 'linux',
    created: epoch,
    config: { Entrypoint: ['/pause'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
    history: [{ created: epoch, created_by: 'gantry' }],
  }));
  const id = sha256(config);
  const manifest = Buffer.from(JSON.stringify([{ Config: `${id}.json`, RepoTags: [pauseImageName], Layers: ['layer.tar'] }]));
  const tar = await tarOf([
    { name: `${id}.json`, data: config, mode: 0o644 },
    { name: 'layer.tar', data: layer, mode: 0o644 },
    { name: 'manifest.json', data: manifest, mode: 0o644 },
  ]);
  return { name: pauseImageName, id: `sha256:${id}`, tar };
}
