import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file and its text; `path` is from the top of the tree, with `/`. */
export interface TreeFile {
  readonly path: string;
  readonly text: string;
}

const folders = ['src', 'agent', 'test', 'scripts'] as const;

/** All files under the source folders whose names end so; generated ones are left out. */
export function readTree(root: string, ending: string): readonly TreeFile[] {
  return folders.flatMap((folder) => listFiles(root, folder)).filter((path) => path.endsWith(ending) && !path.startsWith('src/generated/')).map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

function listFiles(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.name === 'node_modules') return [];
    return entry.isDirectory() ? listFiles(root, path) : [path];
  });
}
