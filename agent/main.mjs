// Entry of the agent where memory counts: `node agent/main.mjs [OPTION…]` is `node --import tsx agent/main.ts [OPTION…]` without the loader, which would hold
// some 35 MB for as long as the agent runs. The code is put together once, by a process that ends, into a file that is removed as soon as it is read.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'src', 'generated');
const code = path.join(folder, `agent-${process.pid}.mjs`);
mkdirSync(folder, { recursive: true });
try {
  execFileSync(path.join(root, 'node_modules', 'esbuild', 'bin', 'esbuild'), [
    path.join(import.meta.dirname, 'main.ts'), '--bundle', '--platform=node', '--target=node20', '--format=esm', '--packages=external', '--log-level=warning', `--outfile=${code}`,
  ], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  await import(pathToFileURL(code).href);
} finally {
  rmSync(code, { force: true });
}
