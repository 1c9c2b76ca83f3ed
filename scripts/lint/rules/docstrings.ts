import type { Rule, Violation } from '../rule.ts';
import { nameOf } from '../source-file.ts';
import type { SyntaxNode } from '../source-file.ts';

const documented = /^src\/(model|kinds|store|control|client)\//;

/** What other folders build on says what it promises. */
export const docstrings: Rule = ({ path, text, body, docEnds, lineOf }) => {
  if (!documented.test(path)) return [];
  return body.flatMap((node, index): readonly Violation[] => {
    const declaration = node.type === 'ExportNamedDeclaration' ? node['declaration'] as SyntaxNode | null : null;
    if (!declaration || isOverload(body[index - 1], declaration) || docEnds.some((end) => end <= node.start && text.slice(end, node.start).trim() === '')) return [];
    return [{ path, line: lineOf(node.start), message: `export ${namesOf(declaration)} has no docstring; say what it promises in /** … */ right before it` }];
  });
};

function isOverload(previous: SyntaxNode | undefined, declaration: SyntaxNode): boolean {
  const before = previous?.type === 'ExportNamedDeclaration' ? previous['declaration'] as SyntaxNode | null : null;
  return before?.type === 'TSDeclareFunction' && namesOf(before) === namesOf(declaration);
}

function namesOf(declaration: SyntaxNode): string {
  const declarators = (declaration['declarations'] ?? [declaration]) as readonly SyntaxNode[];
  return declarators.map(({ id }) => nameOf(id) ?? 'of a pattern').join(', ');
}
