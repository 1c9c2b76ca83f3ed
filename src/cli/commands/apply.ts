import { readFile } from 'node:fs/promises';
import { CommandFailure, UsageError, namespaceOption, texts, text } from '../command.ts';
import type { Command, CommandContext } from '../command.ts';

/** Applies manifests: all of them, or none. */
export const apply: Command = {
  usage: '-f FILE [-f FILE …] [-n NAMESPACE] [--dry-run] [--force]',
  summary: 'Applies YAML or JSON (- is standard input), all or nothing; --dry-run shows what would change.',
  options: { ...namespaceOption, 'file': { type: 'string', short: 'f', multiple: true }, 'dry-run': { type: 'boolean' }, 'force': { type: 'boolean' } },
  async run(context, { positionals, values }) {
    const files = texts(values, 'file');
    if (files.length === 0 || positionals.length > 0) throw new UsageError(`usage: gantry apply ${this.usage}`);
    const manifests = (await Promise.all(files.map((file) => read(file, context)))).join('\n---\n');
    const dryRun = values['dry-run'] === true;
    const { results, revision } = await (await context.client()).applyManifests(manifests, { fieldManager: 'gantry-cli', force: values['force'] === true, namespace: text(values, 'namespace'), dryRun });
    for (const { operation, object, changes } of results) {
      context.print(`${operation.toLowerCase().padEnd(9)} ${object.kind} ${object.metadata.namespace ? `${object.metadata.namespace}/` : ''}${object.metadata.name}\n`);
      if (dryRun) for (const { path, before, after } of changes) context.print(`            ${path}: ${before ?? '(absent)'} → ${after ?? '(absent)'}\n`);
    }
    context.print(dryRun ? 'nothing was changed: this was a dry run\n' : revision === undefined ? 'all as wanted already\n' : `revision ${revision}\n`);
  },
};

async function read(file: string, { readInput }: CommandContext): Promise<string> {
  if (file === '-') return readInput();
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandFailure(`${file} cannot be read: ${(error as Error).message}`);
  }
}
