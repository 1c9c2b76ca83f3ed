import { parseArgs } from 'node:util';
import { UsageError } from './command.ts';
import type { Command, CommandArguments } from './command.ts';

/** Options that every command has. */
const common = { server: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;

/** A command line that was understood. */
export interface ParsedCommand {
  readonly name: string;
  readonly command: Command;
  readonly args: CommandArguments;
  readonly server: string | undefined;
}

/** Reads a command line: the longest words that name a command, then its options and what they apply to. Undefined: help is wanted. Throws UsageError. */
export function parseCommand(argv: readonly string[], commands: Readonly<Record<string, Command>>): ParsedCommand | undefined {
  const name = [2, 1].map((count) => argv.slice(0, count).join(' ')).find((words) => Object.hasOwn(commands, words));
  if (name === undefined) {
    if (argv.length === 0 || ['help', '--help', '-h'].includes(argv[0] ?? '')) return undefined;
    const near = Object.keys(commands).filter((known) => known.startsWith(argv[0] ?? '') || known.split(' ')[0] === argv[0]);
    throw new UsageError(`gantry has no command "${argv.slice(0, 2).join(' ')}"${near.length > 0 ? `; did you mean ${near.join(' or ')}?` : ''}`);
  }
  const command = commands[name]!;
  try {
    const { values, positionals } = parseArgs({ args: argv.slice(name.split(' ').length), options: { ...command.options, ...common }, allowPositionals: true });
    if (values.help === true) return undefined;
    return { name, command, args: { positionals, values }, server: typeof values.server === 'string' ? values.server : undefined };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message.split('. ')[0] : String(error)}\nusage: gantry ${name} ${command.usage}`);
  }
}

/** The page of help. */
export function renderHelp(commands: Readonly<Record<string, Command>>): string {
  const lines = Object.entries(commands).map(([name, { usage, summary }]) => ({ left: `gantry ${name} ${usage}`, summary }));
  return `${lines.map(({ left, summary }) => `  ${left}\n      ${summary}`).join('\n')}\n\n  --server URL   the API; else GANTRY_SERVER, else http://127.0.0.1:7480. The token comes from GANTRY_TOKEN, else .gantry/admin.token.\n`;
}
