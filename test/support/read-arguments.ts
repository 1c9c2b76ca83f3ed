import { parseArgs } from 'node:util';

/** What may follow an option on the command line. */
export type Option =
  | { readonly type: 'number'; readonly default: number; readonly least: number; readonly most: number; readonly isWhole: boolean }
  | { readonly type: 'words'; readonly default: readonly string[]; readonly of: readonly string[] }
  | { readonly type: 'word'; readonly default: string; readonly of: readonly string[] }
  | { readonly type: 'text' }
  | { readonly type: 'flag' };

type ValueOf<O extends Option> = O extends { readonly type: 'number' } ? number
  : O extends { readonly type: 'words' } ? readonly O['of'][number][]
    : O extends { readonly type: 'word' } ? O['of'][number]
      : O extends { readonly type: 'flag' } ? boolean : string | undefined;

/** A whole number. */
export const whole = (byDefault: number, least: number, most: number) => ({ type: 'number', default: byDefault, least, most, isWhole: true }) as const;
/** A number that may have a fraction. */
export const decimal = (byDefault: number, least: number, most: number) => ({ type: 'number', default: byDefault, least, most, isWhole: false }) as const;

/** What a command line says: its options, words without one, and all that is wrong with it, a line each. */
export interface Read<O extends Readonly<Record<string, Option>>> {
  readonly values: { readonly [name in keyof O]: ValueOf<O[name]> };
  readonly words: readonly string[];
  readonly wantsHelp: boolean;
  readonly problems: readonly string[];
}

/** Reads a command line. Names every option that is unknown or has a value that it does not take, with what it takes; `words` are those that may stand alone. */
export function readArguments<const O extends Readonly<Record<string, Option>>>(argv: readonly string[], options: O, words: readonly string[] = []): Read<O> {
  const isFlag = (name: string): boolean => name === 'help' || options[name]?.type === 'flag';
  const known = Object.fromEntries([...Object.keys(options), 'help'].map((name) => [name, { type: isFlag(name) ? 'boolean' : 'string' } as const]));
  const { tokens } = parseArgs({ args: [...argv], options: known, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<string, string | undefined>(), alone: string[] = [], problems: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (words.includes(token.value)) alone.push(token.value);
      else problems.push(words.length > 0 ? `${token.value}: one of ${words.join(', ')} is wanted` : `${token.value}: nothing may stand here without an option`);
    } else if (token.kind === 'option') {
      if (!Object.hasOwn(known, token.name)) problems.push(`${token.rawName} is no option`);
      else if (isFlag(token.name) && token.value !== undefined) problems.push(`${token.rawName} takes no value`);
      else if (!isFlag(token.name) && token.value === undefined) problems.push(`${token.rawName} wants a value`);
      else given.set(token.name, token.value);
    }
  }
  const values = Object.fromEntries(Object.entries<Option>(options).map(([name, option]) => {
    if (option.type === 'flag') return [name, given.has(name)];
    const text = given.get(name);
    return [name, text === undefined ? ('default' in option ? option.default : undefined) : read(`--${name}`, text, option, problems)];
  }));
  return { values: values as Read<O>['values'], words: alone, wantsHelp: given.has('help'), problems };
}

/** The value of an option; the default, and a problem more, where it is none. */
function read(name: string, text: string, option: Exclude<Option, { type: 'flag' }>, problems: string[]): unknown {
  switch (option.type) {
    case 'text': return text;
    case 'number': {
      const value = Number(text), { least, most, isWhole } = option;
      if (text.trim() !== '' && value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
      problems.push(`${name} is ${JSON.stringify(text)}; a ${isWhole ? 'whole ' : ''}number from ${least} to ${most} is wanted`);
      return option.default;
    }
    case 'word':
      if (!option.of.includes(text)) problems.push(`${name} is ${JSON.stringify(text)}; one of ${option.of.join(', ')} is wanted`);
      return text;
    case 'words': {
      const all = text.split(','), wrong = all.filter((word) => !option.of.includes(word));
      if (wrong.length > 0) problems.push(`${name} names ${wrong.map((word) => JSON.stringify(word)).join(', ')}; known are ${option.of.join(', ')}`);
      return option.of.filter((word) => all.includes(word));
    }
  }
}

/** Prints what is wrong and the usage, or only the usage where it was asked for. The exit code where nothing is to be done, else undefined. */
export function explainArguments({ wantsHelp, problems }: Pick<Read<Record<string, Option>>, 'wantsHelp' | 'problems'>, usage: string): number | undefined {
  if (wantsHelp) process.stdout.write(`${usage}\n`);
  else if (problems.length > 0) process.stderr.write(`${problems.join('\n')}\n\n${usage}\n`);
  return wantsHelp ? 0 : problems.length > 0 ? 2 : undefined;
}
