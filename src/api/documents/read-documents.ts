import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** The texts of all `.graphql` and `.gql` files of a folder and the folders in it, by path. Rejects where the folder cannot be read. */
export async function readDocuments(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(graphql|gql)$/.test(name)).sort();
  return new Map(await Promise.all(names.map(async (name) => [path.join(folder, name), await readFile(path.join(folder, name), 'utf8')] as const)));
}
