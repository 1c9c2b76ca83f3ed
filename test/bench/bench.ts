/** One line of the table. */
export interface Row {
  readonly what: string;
  /** What should be reached on 2 cores; empty where the line is only for comparison. */
  readonly reach: string;
  readonly measured: string;
  /** What a bare peer did in the same run, with its unit. */
  readonly peer?: string | undefined;
  /** Ours divided by the peer's, both as rates: 1 is as fast as the peer. */
  readonly ratio?: number | undefined;
}

/** Tells what is being done, for whoever waits. */
export type Tell = (text: string) => void;

/** What a `<name>.bench.ts` runs: measures, and leaves nothing behind. */
export type Bench = (tell: Tell) => Promise<readonly Row[]>;

/** The benchmarks in the order of the table. Those on a machine of their own bring a Docker Engine along and need Linux and root. */
export const benches = {
  'store': { onOwnMachine: false },
  'create-pod': { onOwnMachine: false },
  'apply': { onOwnMachine: false },
  'lists': { onOwnMachine: false },
  'subscriptions': { onOwnMachine: false },
  'scheduling': { onOwnMachine: false },
  'schedule': { onOwnMachine: false },
  'docker': { onOwnMachine: true },
  'rules': { onOwnMachine: true },
  'nodes': { onOwnMachine: true },
} as const satisfies Record<string, { readonly onOwnMachine: boolean }>;

/** A benchmark's name. */
export type BenchName = keyof typeof benches;
