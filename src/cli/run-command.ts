import { ApiError } from '../model/errors.ts';
import { CommandFailure, UsageError } from './command.ts';
import type { Command, CommandContext } from './command.ts';
import { parseCommand, renderHelp } from './parse-command.ts';

/** Runs one command line; its exit code. `connect` makes the context for the server that the command line names, if it names one. */
export async function runCommand(
  argv: readonly string[], commands: Readonly<Record<string, Command>>, connect: (server: string | undefined) => CommandContext & AsyncDisposable,
  out: (text: string) => void, complain: (text: string) => void,
): Promise<number> {
  try {
    const parsed = parseCommand(argv, commands);
    if (!parsed) {
      out(renderHelp(commands));
      return 0;
    }
    await using context = connect(parsed.server);
    await parsed.command.run(context, parsed.args);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof CommandFailure || error instanceof ApiError)) throw error;
    complain(`${error.message}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}
