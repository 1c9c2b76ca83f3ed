import type { Change, Entry } from './entry.ts';

/** What makes the present entries the wanted ones: nothing where they are, a replacement (so that no packet meets a gap) where they differ. */
export function planChanges(wanted: readonly Entry[], present: readonly Entry[]): readonly Change[] {
  const there = new Map(present.map((entry) => [place(entry), entry]));
  const places = new Set(wanted.map(place));
  return [
    ...wanted.filter((entry) => !isSame(entry, there.get(place(entry)))).map((entry): Change => ({ type: 'replace', entry })),
    ...present.filter((entry) => !places.has(place(entry))).map((entry): Change => ({ type: 'delete', entry })),
  ];
}

/** Where an entry stands: at most one entry of a table has it. */
export function place(entry: Entry): string {
  switch (entry.kind) {
    case 'route': return `route ${entry.range}`;
    case 'neighbour': return `neighbour ${entry.address}`;
    case 'forward': return `forward ${entry.hardware}`;
  }
}

function isSame(wanted: Entry, present: Entry | undefined): boolean {
  if (!present) return false;
  switch (wanted.kind) {
    // The kernel names a device for every route; where we want none in particular, any will do.
    case 'route': return present.kind === 'route' && present.via === wanted.via && (wanted.device === undefined ? !isTunnel(present.device) : present.device === wanted.device);
    case 'neighbour': return present.kind === 'neighbour' && present.hardware === wanted.hardware;
    case 'forward': return present.kind === 'forward' && present.machine === wanted.machine;
  }
}

function isTunnel(device: string | undefined): boolean {
  return device?.startsWith('gantry-') ?? false;
}
