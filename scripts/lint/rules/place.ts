import type { Rule } from '../rule.ts';
import { everyNode } from '../source-file.ts';

const asking = 'src/lib/project-file.ts';
const putTogether = /^(?:src|agent|test\/(?:bench|chaos|fuzz|e2e\/support))\/.*(?<!\.test)\.ts$/;

/** What may be put together into one file with others does not ask where its own file lies. */
export const place: Rule = ({ path, body, lineOf }) => {
  if (path === asking || !putTogether.test(path)) return [];
  return [...everyNode(body)].filter((node) => node.type === 'MetaProperty' && !isNewTarget(node['meta']))
    .map((node) => ({ path, line: lineOf(node.start), message: `import.meta is another file's once a program's code is put together; name files by projectFile of ${asking}` }));
};

function isNewTarget(meta: unknown): boolean {
  return (meta as { readonly name?: unknown } | undefined)?.name === 'new';
}
