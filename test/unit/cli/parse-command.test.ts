import { describe, expect, test } from 'vitest';
import { CommandFailure, UsageError } from '../../../src/cli/command.ts';
import type { Command, CommandContext } from '../../../src/cli/command.ts';
import { commands } from '../../../src/cli/commands/index.ts';
import { parseCommand, renderHelp } from '../../../src/cli/parse-command.ts';
import { parseKind } from '../../../src/cli/parse-kind.ts';
import { runCommand } from '../../../src/cli/run-command.ts';
import { ApiError } from '../../../src/model/errors.ts';
import { kindFacts, kindNames } from '../../../src/model/object.ts';

describe('a command line', () => {
  test('is the longest words that name a command, its options and what they apply to', () => {
    const parsed = parseCommand(['node', 'join', '--server', 'http://a:1', '--token', 't', '--label', 'a=b', '--label', 'c=d'], commands);
    expect(parsed).toMatchObject({ name: 'node join', server: 'http://a:1', args: { positionals: [], values: { token: 't', label: ['a=b', 'c=d'] } } });
    expect(parseCommand(['get', 'pods', '-n', 'kube-system', '-l', 'a=b'], commands)).toMatchObject({ name: 'get', args: { positionals: ['pods'], values: { namespace: 'kube-system', selector: 'a=b' } } });
  });
  test.each([[], ['help'], ['--help'], ['get', '--help'], ['node', 'join', '-h']])('%j asks for help', (...argv) => expect(parseCommand(argv, commands)).toBeUndefined());
  test.each([
    [['gte'], /no command "gte"$/], [['node'], /did you mean node token or node join\?/], [['node', 'leave'], /did you mean/], [['get', '--colour'], /--colour[^]*usage: gantry get KIND/], [['logs', '--tail'], /--tail[^]*usage/],
  ])('%j is refused with the way out', (argv, message) => {
    expect(() => parseCommand(argv, commands)).toThrow(message);
    expect(() => parseCommand(argv, commands)).toThrow(UsageError);
  });
  test('help names every command', () => {
    for (const name of Object.keys(commands)) expect(renderHelp(commands)).toContain(`gantry ${name} `);
  });
});

describe('a kind', () => {
  test('is known by its name, singular and plural in any case', () => {
    for (const kind of kindNames) for (const known of [kind, kindFacts[kind].singular, kindFacts[kind].plural, kind.toUpperCase()]) expect(parseKind(known)).toBe(kind);
    expect(['deploy', 'po', 'svc', 'no', 'rs', 'ns', 'cm'].map(parseKind)).toEqual(['Deployment', 'Pod', 'Service', 'Node', 'ReplicaSet', 'Namespace', 'ConfigMap']);
  });
  test('that is none is refused with all that are', () => expect(() => parseKind('ingress')).toThrow(/no kind "ingress"; kinds are .*deployments/));
});

describe('a run', () => {
  const context = { [Symbol.asyncDispose]: () => Promise.resolve() } as unknown as CommandContext & AsyncDisposable;
  const failing = (error: Error): Command => ({ usage: '', summary: 's', options: {}, run: () => Promise.reject(error) });
  const runWith = async (error: Error) => {
    const said: string[] = [];
    return [await runCommand(['x'], { x: failing(error) }, () => context, () => undefined, (text) => said.push(text)), said.join('')];
  };
  test('that fails says so in one line, and its code tells whose fault it is', async () => {
    expect(await runWith(new UsageError('say it so'))).toEqual([2, 'say it so\n']);
    expect(await runWith(new CommandFailure('no file'))).toEqual([1, 'no file\n']);
    expect(await runWith(new ApiError('NOT_FOUND', 'Pod "a" not found'))).toEqual([1, 'Pod "a" not found\n']);
    await expect(runWith(new Error('a fault of ours'))).rejects.toThrow('a fault of ours');
  });
});
