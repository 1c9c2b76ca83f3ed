// One benchmark in a process of its own: `node --import tsx test/bench/run-one.ts NAME`. Prints a line of JSON for each thing it tells, one for each section that has
// ended, and one with its rows.
import type { Bench, Row } from './bench.ts';
import { LoadMeter } from './support/load-meter.ts';
import type { Load } from './support/load-meter.ts';

const print = (line: { readonly tell: string } | { readonly load: Load } | { readonly rows: readonly Row[] }) => { process.stdout.write(`${JSON.stringify(line)}\n`); };
const meter = new LoadMeter();
const measure = (section?: string) => {
  const load = meter.next(section);
  if (load) print({ load });
};
const { bench } = await import(new URL(`${process.argv[2]}.bench.ts`, import.meta.url).href) as { readonly bench: Bench };
const rows = await bench((tell) => {
  measure(tell);
  print({ tell });
});
measure();
print({ rows });
// What a benchmark left open must not keep the table waiting.
process.stdout.write('', () => process.exit(0));
