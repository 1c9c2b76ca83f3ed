import { CommandError } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import type { Connection } from './plan-stuck.ts';
import type { StaleFlow } from './plan-update.ts';

/** The states of TCP in which the kernel sends a new connection from the same port the old way, and in which nothing is lost with the old one. */
const deadStates = ['SYN_SENT', 'CLOSE'] as const;

/** The arguments of `conntrack` that delete a flow of UDP. */
export function conntrackArguments(flow: StaleFlow): readonly string[] {
  return ['-D', '-p', 'udp', '--orig-port-dst', String(flow.port), ...(flow.address ? ['--orig-dst', flow.address] : []), ...(flow.backend ? ['--dst-nat', flow.backend] : [])];
}

/** Deletes flows of UDP from the kernel's table. Rejects with a CommandError that `isMissing` where the tool is not installed. */
export async function cutFlows(host: Host, flows: readonly StaleFlow[]): Promise<void> {
  for (const flow of flows) await deleteEntries(host, conntrackArguments(flow));
}

/** Deletes from the kernel's table the TCP connections that were never answered, or reset, of the ways that `planStuck` names. Rejects as `cutFlows` does. */
export async function cutConnections(host: Host, planStuck: (connections: readonly Connection[]) => readonly Connection[]): Promise<void> {
  for (const state of deadStates) {
    const listed = await host.run('conntrack', ['-L', '-p', 'tcp', '--state', state]);
    for (const { address, port, backend } of planStuck(readConnections(listed))) {
      const [backendAddress = '', backendPort = ''] = backend.split(' . ');
      await deleteEntries(host, ['-D', '-p', 'tcp', '--state', state, '--orig-dst', address, '--orig-port-dst', String(port), '--reply-src', backendAddress, '--reply-port-src', backendPort]);
    }
  }
}

/** Reads what `conntrack -L -p tcp` printed: each line has the addresses of the way there, then those of the way back. */
export function readConnections(listed: string): readonly Connection[] {
  return [...listed.matchAll(/^tcp .*? dst=(\S+) sport=\d+ dport=(\d+) .*?\bsrc=(\S+) dst=\S+ sport=(\d+) /gm)].map(([, address = '', port, backend, backendPort]) => ({ address, port: Number(port), backend: `${backend} . ${backendPort}` }));
}

async function deleteEntries(host: Host, args: readonly string[]): Promise<void> {
  await host.run('conntrack', args).catch((error: unknown) => {
    // This only says that there was none.
    if (!(error instanceof CommandError) || !/0 flow entries/.test(error.message)) throw error;
  });
}
