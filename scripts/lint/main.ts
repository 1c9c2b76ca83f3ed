import { fileURLToPath } from 'node:url';
import { checkTree } from './check-tree.ts';
import { runOxlint } from './run-oxlint.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const violations = checkTree(root);
const oxlint = runOxlint(root);
if (violations.length > 0) console.error(`${violations.join('\n')}\n${violations.length} violations; scripts/lint/README.md tells the rules`);
if (oxlint) console.error(oxlint);
process.exitCode = violations.length > 0 || oxlint ? 1 : 0;
