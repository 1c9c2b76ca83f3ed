// Runs one of the project's programs: node scripts/entry.mjs FILE [ARG…], as `node --import tsx FILE [ARG…]` would, without the loader, which holds some 35 MB for as long as a process
// runs and slows hot code. FILE is relative to the project, such as src/main/server.ts.
import { runTogether } from './bundle.mjs';

const [, , entry, ...args] = process.argv;
if (!entry) {
  console.error('usage: node scripts/entry.mjs FILE [ARG…]');
  process.exit(2);
}
await runTogether(entry, args);
