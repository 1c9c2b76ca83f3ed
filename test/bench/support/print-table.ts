import type { Row } from '../bench.ts';

const heads = ['what', 'reach', 'measured', 'bare peer', 'ratio'] as const;

/** Rows as a table of text with aligned columns. */
export function printTable(rows: readonly Row[]): string {
  const lines = [heads, ...rows.map((row) => [row.what, row.reach, row.measured, row.peer ?? '', row.ratio === undefined ? '' : row.ratio.toFixed(2)])];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const texts = lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd());
  return [texts[0], widths.map((width) => '─'.repeat(width)).join('  '), ...texts.slice(1)].join('\n');
}
