// Entry of `npm start`, `npm test`, `npm run reset`, `npm run bench`, `npm run chaos` and `npm run fuzz`. Needs nothing but Node; even an old one gets a clear message.
import { readFileSync } from 'node:fs';
import { explainNodeVersion } from './setup/explain-node-version.mjs';

const wanted = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).engines.node;
const problem = explainNodeVersion(process.versions.node, wanted);
if (problem) {
  console.error(problem);
  process.exit(1);
}
const { main } = await import('./setup/main.mjs');
process.exitCode = await main(process.argv.slice(2));
