// `npm run build`: puts the programs of a container image together, in dist/. There `node dist/start.mjs` needs no TypeScript, and starts on a file system that cannot be written.
// Everywhere else scripts/entry.mjs does it at each start, from the sources as they are.
import path from 'node:path';
import { putTogether } from './bundle.mjs';

const programs = { start: 'src/main/start.ts', server: 'src/main/server.ts', gantry: 'src/main/gantry.ts', agent: 'agent/main.ts', 'remove-node': 'agent/remove-node.ts' };

for (const [name, entry] of Object.entries(programs)) putTogether(entry, path.resolve(import.meta.dirname, '../dist', `${name}.mjs`));
