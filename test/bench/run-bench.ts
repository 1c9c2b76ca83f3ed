import type { Bench, Row } from './bench.ts';
import { LoadMeter } from './support/load-meter.ts';
import type { Load } from './support/load-meter.ts';

/**
 * Runs one benchmark as all that this process does: `node scripts/entry.mjs test/bench/NAME.bench.ts`. Prints a line of JSON for each thing it tells, one for each section that has
 * ended, and one with its rows.
 */
export async function runBench(bench: Bench): Promise<void> {
  const meter = new LoadMeter();
  const measure = (section?: string) => {
    const load = meter.next(section);
    if (load) print({ load });
  };
  const rows = await bench((tell) => {
    measure(tell);
    print({ tell });
  });
  measure();
  print({ rows });
  // What a benchmark left open must not keep the table waiting.
  process.stdout.write('', () => process.exit(0));
}

function print(line: { readonly tell: string } | { readonly load: Load } | { readonly rows: readonly Row[] }): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
