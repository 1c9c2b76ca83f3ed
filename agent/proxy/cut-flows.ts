import type { Host } from '../host/host.ts';
import { CommandError } from '../host/host.ts';
import type { StaleFlow } from './plan-update.ts';

/** The arguments of `conntrack` that delete a flow of UDP. */
export function conntrackArguments(flow: StaleFlow): readonly string[] {
  return ['-D', '-p', 'udp', '--orig-port-dst', String(flow.port), ...(flow.address ? ['--orig-dst', flow.address] : []), ...(flow.backend ? ['--dst-nat', flow.backend] : [])];
}

/** Deletes flows from the kernel's table. Returns false where the tool is not installed. */
export async function cutFlows(host: Host, flows: readonly StaleFlow[]): Promise<boolean> {
  for (const flow of flows) {
    try {
      await host.run('conntrack', conntrackArguments(flow));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (error.isMissing) return false;
      if (!/0 flow entries/.test(error.message)) throw error; // that only says that there was none
    }
  }
  return true;
}
