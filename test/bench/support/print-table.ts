import type { Row } from '../bench.ts';
import { describeLimit } from './load-meter.ts';
import type { Load } from './load-meter.ts';

/** What was measured, against what is to be reached and what a bare peer did. */
export function printTable(rows: readonly Row[]): string {
  return align([['what', 'reach', 'measured', 'bare peer', 'ratio'],
    ...rows.map(({ what, reach, measured, peer, ratio }) => [what, reach, measured, peer ?? '', ratio === undefined ? '' : ratio.toFixed(2)])]);
}

/** Where the processors' time went in each section, and what that says of the limit. */
export function printLoads(loads: readonly (Load & { readonly bench: string })[]): string {
  const cores = (value: number) => value.toFixed(2);
  return align([['section', 'seconds', 'server', 'PostgreSQL', 'Docker', 'others', 'machine', 'limited by'],
    ...loads.map((load) => [`${load.bench}: ${load.section}`, load.seconds.toFixed(1), ...[load.server, load.postgres, load.docker, load.others, load.machine].map(cores), describeLimit(load)])]);
}

/** Lines of cells as text with aligned columns; the first are the heads. */
function align(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const texts = lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd());
  return [texts[0], widths.map((width) => '─'.repeat(width)).join('  '), ...texts.slice(1)].join('\n');
}
