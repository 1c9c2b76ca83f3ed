import { existsSync } from 'node:fs';
import path from 'node:path';

const root = rootAbove(import.meta.dirname);

/**
 * The path of a file of the project: `projectFile('schema.graphql')`. The one place that asks where its own module lies, for a module lies elsewhere once a program's code is
 * put together into one file; all that it goes by is that the code is somewhere below the project's package.json.
 */
export function projectFile(name: string): string {
  return path.join(root, name);
}

function rootAbove(folder: string): string {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  const above = path.dirname(folder);
  if (above === folder) throw new Error('this code is not in the folder of the project, where its files are');
  return rootAbove(above);
}
