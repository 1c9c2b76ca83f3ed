import type { ParseArgsConfig } from 'node:util';
import type { Client } from '../client/client.ts';

/** What is wrong with a command line; ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What went wrong in a way that a person can mend; ends with exit code 1. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}

/** What a command may use. */
export interface CommandContext {
  /** The API: `http://127.0.0.1:7480/graphql`. */
  readonly server: string;
  /** Absolute. */
  readonly stateFolder: string;
  /** This machine's Docker Engine. */
  readonly dockerSocket: string;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Prints text as it is. */
  print(text: string): void;
  /** A client under the administrator's token; the same one at every call. */
  client(): Promise<Client>;
  /** Makes the images of the hello cluster on a Docker Engine; their names. Rejects with the way out. */
  makeHelloImages(dockerSocket: string): Promise<readonly string[]>;
  /** Where manifests come from with `-f -`. */
  readInput(): Promise<string>;
  now(): number;
}

/** The values of a command's options. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** What stands on a command line after the command's words. */
export interface CommandArguments {
  readonly positionals: readonly string[];
  readonly values: OptionValues;
}

/** One command. */
export interface Command {
  /** What follows its words: `KIND [NAME]`. */
  readonly usage: string;
  /** One line of help. */
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  run(context: CommandContext, args: CommandArguments): Promise<void>;
}

/** An option that is text. */
export function text(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** An option that is text and may be given several times. */
export function texts(values: OptionValues, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** The namespace that is meant; `default` where none is named. */
export const namespaceOption = { namespace: { type: 'string', short: 'n' } } as const;
