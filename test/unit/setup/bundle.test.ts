import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { usage } from '../../../agent/options.ts';
import { putTogether } from '../../../scripts/bundle.mjs';
import { entryCommand } from '../../../src/lib/entry-command.ts';
import { projectFile } from '../../../src/lib/project-file.ts';

const run = promisify(execFile);
const folder = projectFile('src/generated');
const built = projectFile('.gantry/test/bundles');
const tell = 'test/unit/setup/programs/tell.ts';
const start = (args: readonly string[], entry = tell) => {
  const [program, ...all] = entryCommand(entry, args);
  return spawn(program, all, { stdio: ['ignore', 'pipe', 'pipe'] });
};
const filesOf = (pid: number | undefined) => readdirSync(folder).filter((name) => name.endsWith(`-${pid}.mjs`));
const endOf = async (child: ReturnType<typeof start>) => {
  let output = '', errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors += text; });
  const [code, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
  return { code, signal, output, errors };
};

afterAll(() => rmSync(built, { recursive: true, force: true }));

describe('a program whose code is put together at its start', () => {
  test('finds its arguments and the files of the project, and leaves no file', async () => {
    const child = start(['one', '--two']);
    const { code, output } = await endOf(child);
    expect(JSON.parse(output)).toEqual({ program: tell, args: ['one', '--two'], package: projectFile('package.json') });
    expect(code).toBe(0);
    expect(filesOf(child.pid)).toEqual([]);
  });

  test('runs many times at once', async () => {
    const told = await Promise.all(Array.from({ length: 4 }, (_, i) => endOf(start([String(i)]))));
    expect(told.map(({ output }) => (JSON.parse(output) as { args: unknown }).args)).toEqual([['0'], ['1'], ['2'], ['3']]);
  });

  test('ends as it wants to: its code, a signal, an error whose stack names its functions; and leaves no file', async () => {
    const exiting = start(['exit']), failing = start(['fail']), staying = start(['stay']);
    staying.stdout.once('data', () => staying.kill('SIGTERM'));
    expect(await Promise.all([exiting, failing, staying].map(endOf))).toMatchObject([
      { code: 7 }, { code: 1, errors: expect.stringMatching(/Error: as asked\n\s+at failOnPurpose /) as string }, { signal: 'SIGTERM' },
    ]);
    for (const child of [exiting, failing, staying]) expect(filesOf(child.pid)).toEqual([]);
  });

  test('that is killed before its code is read leaves nothing for longer than to the next start', async () => {
    const killed = start(['stay']);
    const end = endOf(killed);
    for await (const { filename } of watch(folder)) if (filename?.endsWith(`-${killed.pid}.mjs`)) break;
    killed.kill('SIGKILL');
    expect(await end).toMatchObject({ signal: 'SIGKILL' });
    const left = path.join(folder, `run-tell-${killed.pid}.mjs`), others = path.join(folder, `run-tell-${process.pid}.mjs`);
    writeFileSync(left, '');
    writeFileSync(others, '');
    expect(await endOf(start([]))).toMatchObject({ code: 0 });
    expect([existsSync(left), existsSync(others)]).toEqual([false, true]);
    rmSync(others);
  });

  test('is the agent, word for word', async () => {
    const [program, ...args] = entryCommand('agent/main.ts', ['--help'], ['--max-semi-space-size=4']);
    expect((await run(program, args)).stdout).toBe(`${usage}\n`);
  });
});

describe('code that is put together', () => {
  test('ahead of time, runs as it is and stays', async () => {
    const file = path.join(built, 'tell.mjs');
    putTogether(tell, file);
    for (let time = 0; time < 2; time++) expect(JSON.parse((await run(process.execPath, [file, 'built'])).stdout)).toMatchObject({ args: ['built'], package: projectFile('package.json') });
  });

  test('is refused where it is wrong, and no file is there', () => {
    const file = path.join(built, 'none.mjs');
    expect(() => putTogether('test/unit/setup/programs/none.ts', file)).toThrow(/^cannot put test\/unit\/setup\/programs\/none\.ts together: .*Could not resolve/);
    expect(existsSync(file)).toBe(false);
  });

  test.each(['src/main/start.ts', 'src/main/server.ts', 'src/main/gantry.ts', 'src/main/reset.ts', 'agent/main.ts', 'agent/remove-node.ts', 'test/bench/docker.bench.ts', 'test/chaos/main.ts'])('%s: asks for its place in one module, and loads no package that it may never need', (entry) => {
    const file = path.join(built, `${path.basename(entry, '.ts')}.mjs`);
    putTogether(entry, file);
    const text = readFileSync(file, 'utf8');
    const modules = text.split(/^\/\/ (?=\S+\.\w+$)/m);
    const asking = modules.filter((part) => part.includes('import.meta')).map((part) => part.split('\n')[0]);
    // Prisma's own remembers a folder that it looks for files in, of which there are none.
    expect(['src/lib/project-file.ts', 'src/generated/prisma/client.ts']).toEqual(expect.arrayContaining(asking));
    const loaded = [...text.matchAll(/^import .* from "([^".][^"]*)";$/gm)].map((match) => match[1]!);
    expect(loaded).not.toEqual([]);
    expect(loaded.filter((name) => /^(@opentelemetry|tsx|esbuild|typescript)/.test(name))).toEqual([]);
  });
});
