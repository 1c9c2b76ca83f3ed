import { rm } from 'node:fs/promises';
import { CommandFailure } from '../command.ts';
import { answers, images, loadImages, saveImages } from './docker.ts';
import type { ImageLine } from './docker.ts';

/**
 * Gives engines the images that they lack: those of this machine's engine that Gantry made (`gantry/…`), and the ones named. They leave it once, as one
 * archive in `file`, however many engines want them. Returns how many there are.
 */
export async function copyImages(from: string, to: readonly string[], named: readonly string[], file: string): Promise<number> {
  if (!(await answers(from))) {
    if (named.length > 0) throw new CommandFailure(`no Docker Engine answers at ${from}, so --image cannot take images from it`);
    return 0;
  }
  const here = byName(await images(from));
  const missing = named.find((name) => !here.has(name));
  if (missing !== undefined) throw new CommandFailure(`the Docker Engine at ${from} has no image "${missing}"`);
  const wanted = [...here.keys()].filter((name) => name.startsWith('gantry/') || named.includes(name));
  const there = await Promise.all(to.map(async (socket) => ({ socket, has: byName(await images(socket)) })));
  const lacking = there.filter(({ has }) => wanted.some((name) => has.get(name) !== here.get(name)));
  if (lacking.length === 0) return wanted.length;
  try {
    await saveImages(from, wanted, file);
    for (const { socket } of lacking) await loadImages(socket, file);
  } finally {
    await rm(file, { force: true });
  }
  return wanted.length;
}

function byName(list: readonly ImageLine[]): ReadonlyMap<string, string> {
  return new Map(list.flatMap(({ Id, RepoTags }) => (RepoTags ?? []).map((name) => [name, Id] as const)));
}
