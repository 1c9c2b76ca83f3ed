import { CommandError } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import type { Change } from './entry.ts';
import { routeProtocol, vxlanDevice } from './entry.ts';

/** Makes all changes that can be made, then rejects with what failed. */
export async function applyChanges(host: Host, changes: readonly Change[]): Promise<void> {
  const forwards = changes.filter(({ entry }) => entry.kind === 'forward');
  const others = changes.filter(({ entry }) => entry.kind !== 'forward');
  const failures: unknown[] = [];
  for (const [program, batch] of [['bridge', forwards], ['ip', others]] as const) {
    if (batch.length === 0) continue;
    await host.run(program, ['-force', '-batch', '-'], `${batch.map(renderChange).join('\n')}\n`).catch((error: unknown) => failures.push(withCommand(error, batch)));
  }
  if (failures.length > 0) throw failures[0];
}

/** A change as a line of `ip -batch` or `bridge -batch`. */
export function renderChange({ type, entry }: Change): string {
  const verb = type === 'replace' ? 'replace' : 'del';
  switch (entry.kind) {
    case 'route': {
      const to = type === 'delete' ? '' : ` via ${entry.via}${entry.device === undefined ? '' : ` dev ${entry.device} onlink`}`;
      return `route ${verb} ${entry.range}${to} proto ${routeProtocol}`;
    }
    case 'neighbour': return `neigh ${verb} ${entry.address} lladdr ${entry.hardware} dev ${vxlanDevice}${type === 'replace' ? ' nud permanent' : ''}`;
    case 'forward': return `fdb ${verb} ${entry.hardware} dev ${vxlanDevice} dst ${entry.machine} self${type === 'replace' ? ' permanent' : ''}`;
  }
}

/** Names the first line that failed: the programs only tell its number. */
function withCommand(error: unknown, batch: readonly Change[]): unknown {
  const line = error instanceof CommandError ? /Command failed -:(\d+)/.exec(error.message)?.[1] : undefined;
  const failed = line === undefined ? undefined : batch[Number(line) - 1];
  return failed ? new Error(`${renderChange(failed)}: ${(error as Error).message.split('\n')[0] ?? ''}`, { cause: error }) : error;
}
