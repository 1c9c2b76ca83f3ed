// One benchmark in a process of its own: `node --import tsx test/bench/run-one.ts NAME`. Prints a line of JSON for each thing it tells, and one with its rows.
import type { Bench, Row } from './bench.ts';

const print = (line: { readonly tell: string } | { readonly rows: readonly Row[] }) => { process.stdout.write(`${JSON.stringify(line)}\n`); };
const { bench } = await import(new URL(`${process.argv[2]}.bench.ts`, import.meta.url).href) as { readonly bench: Bench };
print({ rows: await bench((tell) => { print({ tell }); }) });
// What a benchmark left open must not keep the table waiting.
process.stdout.write('', () => process.exit(0));
