#!/usr/bin/env node
// The `gantry` command. Makes this clone ready first, silently where nothing is to be done.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { explainNodeVersion } from './setup/explain-node-version.mjs';

const root = path.resolve(import.meta.dirname, '..');
const problem = explainNodeVersion(process.versions.node, JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).engines.node);
if (problem) {
  console.error(problem);
  process.exit(1);
}
const args = process.argv.slice(2);
const needsDocker = args[0] === 'node' && args[1] === 'join';
const isReady = existsSync(path.join(root, 'node_modules/.gantry-stamp')) && existsSync(path.join(root, 'src/generated/kinds.ts'));
const { runPrepared } = await import('./setup/main.mjs');
process.exitCode = await runPrepared('src/main/gantry.ts', args, needsDocker || !isReady);
