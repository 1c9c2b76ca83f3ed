/** How long a simulated container runs; undefined: until it is ended. */
export interface SimulatedRun {
  readonly forMs: number | undefined;
  readonly exitCode: number;
}

/** A simulated process knows three programs: `true` and `false` end at once, `sleep N` after N seconds. Everything else runs until it is ended. */
export function planRun(command: readonly string[]): SimulatedRun {
  const [program = '', argument] = command;
  switch (program.split('/').at(-1)) {
    case 'true': return { forMs: 0, exitCode: 0 };
    case 'false': return { forMs: 0, exitCode: 1 };
    case 'sleep': return { forMs: /^\d+(\.\d+)?$/.test(argument ?? '') ? Number(argument) * 1000 : undefined, exitCode: 0 };
    default: return { forMs: undefined, exitCode: 0 };
  }
}
