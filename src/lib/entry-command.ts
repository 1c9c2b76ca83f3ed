import { projectFile } from './project-file.ts';

/**
 * The command line of a process that runs one of the project's programs, such as `agent/main.ts`, without a TypeScript loader. `nodeOptions` are for Node itself.
 */
export function entryCommand(entry: string, args: readonly string[], nodeOptions: readonly string[] = []): readonly [string, ...string[]] {
  return [process.execPath, ...nodeOptions, projectFile('scripts/entry.mjs'), entry, ...args];
}
