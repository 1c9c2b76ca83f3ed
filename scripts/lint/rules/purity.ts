import type { Rule, Violation } from '../rule.ts';
import { everyNode, memberName, nameOf } from '../source-file.ts';
import type { SyntaxNode } from '../source-file.ts';

const pureFiles = /^(src|agent)\/(.*\/)?((plan|default|validate)-[^/]*|schedule|defaults|validate|(filters|scores)\/[^/]*)\.ts$/;
const impureMembers: Readonly<Record<string, string>> = {
  'Date.now': 'take the time as an argument', 'performance.now': 'take the time as an argument', 'Math.random': 'take chance as an argument',
  'crypto.randomUUID': 'take ids as an argument', 'crypto.getRandomValues': 'take chance as an argument',
};
const impureGlobals: Readonly<Record<string, string>> = {
  setTimeout: 'return when to look again', setInterval: 'return when to look again', setImmediate: 'return what to do', queueMicrotask: 'return what to do',
  process: 'take what is needed as an argument', fetch: 'take what was observed as an argument', console: 'return what to tell',
};

/** Planners, filters, scores, defaults and validators decide from their arguments alone. */
export const purity: Rule = ({ path, body, imports, lineOf }) => {
  if (!pureFiles.test(path)) return [];
  const violations: Violation[] = imports.filter(({ specifier }) => specifier.startsWith('node:'))
    .map(({ specifier, line }) => ({ path, line, message: `a pure file must not import ${specifier}; allowed: files of the tree, and packages without effects` }));
  for (const node of everyNode(body)) {
    const what = impurity(node);
    if (what) violations.push({ path, line: lineOf(node.start), message: `a pure file must not use ${what}` });
  }
  return violations;
};

function impurity(node: SyntaxNode): string | undefined {
  if (node['async'] === true) return 'async functions; return a plan and let its caller act';
  if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node['await'] === true)) return 'await; return a plan and let its caller act';
  if (node.type === 'NewExpression' && nameOf(node['callee']) === 'Date' && (node['arguments'] as readonly unknown[]).length === 0) return 'new Date() without arguments; take the time as an argument';
  const member = memberName(node);
  if (member !== undefined && Object.hasOwn(impureMembers, member)) return `${member}; ${impureMembers[member]}`;
  const global = node.type === 'CallExpression' ? nameOf(node['callee']) : node.type === 'MemberExpression' ? nameOf(node['object']) : undefined;
  return global !== undefined && Object.hasOwn(impureGlobals, global) ? `${global}; ${impureGlobals[global]}` : undefined;
}
