import { expect, test } from 'vitest';
import { checkDescriptions } from '../../../scripts/lint/check-descriptions.ts';
import { rules } from '../../../scripts/lint/rules/index.ts';
import { parseSource } from '../../../scripts/lint/source-file.ts';

function found(rule: keyof typeof rules, path: string, text: string): string[] {
  return rules[rule](parseSource(path, text)).map(({ line, message }) => `${line}: ${message}`);
}

test.each([
  ['src/model/a.ts', "import { x } from '../store/store.ts';", '1: src/model must not import src/store; allowed: model, lib, generated'],
  ['src/scheduler/filters/a.ts', "\nimport type { X } from '../../controllers/index.ts';",
    '2: src/scheduler must not import src/controllers; allowed: scheduler, lib, generated, model, kinds, store, registry, control'],
  ['src/lib/a.ts', "export * from '../model/object.ts';", '1: src/lib must not import src/model; allowed: lib'],
  ['src/client/a.ts', "const later = await import('../registry/registry.ts');", '1: src/client must not import src/registry; allowed: client, lib, generated, model, kinds'],
  ['src/api/a.ts', "import { x } from '../../agent/kubelet/a.ts';", '1: src must not import agent; allowed: folders of src'],
  ['src/main/a.ts', "import { x } from '../../agent/main.ts';", '1: src must not import agent; allowed: folders of src'],
  ['src/kinds/pod/a.ts', "import { x } from '../../../test/a.ts';", '1: src/kinds must not import test/a.ts; allowed: folders of src'],
  ['src/novel/a.ts', "import { x } from '../lib/a.ts';", '1: src/novel has no place among the layers; give it one in scripts/lint/rules/layers.ts'],
  ['agent/kubelet/a.ts', "import { x } from '../../src/control/a.ts';", '1: agent must not import src/control; allowed: agent, src/lib, src/generated, src/model, src/kinds, src/client'],
])('layers: %s with %s', (path, text, message) => {
  expect(found('layers', path, text)).toEqual([message]);
});

test.each([
  ['src/store/a.ts', "import { x } from '../kinds/kind.ts'; import pino from 'pino'; export { y } from './b.ts';"],
  ['src/main/a.ts', "import { x } from '../api/a.ts'; import facts from '../../package.json' with { type: 'json' };"],
  ['agent/proxy/a.ts', "import { x } from '../../src/client/client.ts'; import { y } from '../node/a.ts';"],
  ['test/unit/a.test.ts', "import { x } from '../../agent/main.ts'; import { y } from '../../src/store/store.ts';"],
])('layers: nothing is wrong in %s', (path, text) => {
  expect(found('layers', path, text)).toEqual([]);
});

test('reserved packages and surroundings', () => {
  expect(found('reserved', 'agent/kubelet/a.ts', "import Docker from 'dockerode';")).toEqual(['1: dockerode may be imported in agent/runtime/docker/ only']);
  expect(found('reserved', 'src/api/a.ts', "import { PrismaClient } from '@prisma/client/extension';")).toEqual(['1: @prisma/client/extension may be imported in src/store/ only']);
  expect(found('reserved', 'src/store/a.ts', "import pg from 'pg'; import postgres from 'postgres';")).toEqual([]);
  expect(found('reserved', 'src/store/a.ts', 'const a = 1;\nconst home = process.env["HOME"];')).toEqual(['2: process.env may be read in src/main/ and agent/main*.ts only; take the value as an argument']);
  expect(found('reserved', 'agent/main.ts', 'const name = process.argv[2];')).toEqual([]);
  expect(found('reserved', 'src/api/a.ts', '// process.env and Date.now()\nconst text = "process.env";')).toEqual([]);
});

test('place', () => {
  const message = "1: import.meta is another file's once a program's code is put together; name files by projectFile of src/lib/project-file.ts";
  for (const path of ['src/store/a.ts', 'agent/main.ts', 'test/bench/a.bench.ts', 'test/e2e/support/a.ts']) expect(found('place', path, "const file = new URL('a.sql', import.meta.url);")).toEqual([message]);
  for (const path of ['src/lib/project-file.ts', 'scripts/generate/main.ts', 'test/chaos/a.test.ts', 'test/integration/a.ts']) expect(found('place', path, 'const folder = import.meta.dirname;')).toEqual([]);
  expect(found('place', 'src/store/a.ts', "class A { constructor() { if (new.target === A) throw new Error('import.meta'); } }")).toEqual([]);
});

test.each([
  ['async function f() {}', 'async functions'], ['const f = async () => 1;', 'async functions'], ['await x;', 'await'], ['for await (const a of b) {}', 'await'],
  ['const t = Date.now();', 'Date.now'], ['const t = new Date();', 'new Date()'], ['const t = performance.now();', 'performance.now'], ['const r = Math.random();', 'Math.random'],
  ['setTimeout(f, 1);', 'setTimeout'], ['setInterval(f, 1);', 'setInterval'], ['process.exit();', 'process'], ['fetch(url);', 'fetch'], ['console.log(1);', 'console'],
  ["import { readFileSync } from 'node:fs';", 'node:fs'],
])('purity: %s', (text, what) => {
  for (const path of ['src/controllers/deployment/plan-rollback.ts', 'src/scheduler/schedule.ts', 'src/scheduler/filters/a.ts', 'src/kinds/pod/defaults.ts', 'src/kinds/pod/validate-volume.ts', 'agent/kubelet/plan-pod.ts']) {
    expect(found('purity', path, text)).toEqual([expect.stringContaining(what)]);
  }
  expect(found('purity', 'src/controllers/deployment/reconciler.ts', text)).toEqual([]);
});

test('purity: a given time, and words in texts and comments, are allowed', () => {
  expect(found('purity', 'src/kinds/pod/defaults.ts', '// await Date.now()\nconst text = "Math.random"; const then = new Date(nowMs).toISOString(); const { process: p } = pod;')).toEqual([]);
});

test('file length', () => {
  expect(found('file-length', 'test/unit/a.test.ts', 'f();\n'.repeat(300))).toEqual([]);
  expect(found('file-length', 'test/unit/a.test.ts', 'f();\n'.repeat(301))).toEqual(['301: 301 lines; at most 300, one idea a file']);
});

test('docstrings', () => {
  const text = '/** Said. */\nexport const a = 1;\nexport function b(): void {}\n// Not said.\nexport type C = 1;\n/** Said. */\n\nexport interface D {}\nexport { e } from "./e.ts";\nconst f = 1;';
  expect(found('docstrings', 'src/model/a.ts', text)).toEqual([expect.stringMatching(/^3: export b has no docstring/), expect.stringMatching(/^5: export C has no docstring/)]);
  expect(found('docstrings', 'src/api/a.ts', text)).toEqual([]);
  expect(found('docstrings', 'src/lib/../model/a.ts', '/** Both. */\nexport function a(x: 1): 1;\nexport function a(x: 2): 2;\nexport function a(x: 1 | 2): 1 | 2 { return x; }').length).toBe(0);
});

test('descriptions', () => {
  const sdl = '"Said."\ntype A {\n  "Said."\n  b: Int\n  c: Int\n}\nenum D {\n  E\n}\nextend type A {\n  f: Int\n}';
  expect(checkDescriptions('a.graphql', sdl).map(({ line, message }) => `${line}: ${message.split(' ')[0]}`)).toEqual(['5: A.c', '7: D', '8: D.E', '11: A.f']);
});
