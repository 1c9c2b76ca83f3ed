import { CommandError } from '../host/host.ts';
import type { Host } from '../host/host.ts';

/**
 * Tells every machine on this node's link that an address is here now, so that those who sent to another node send here at once. Resolves to false where no program
 * for it is installed: then they notice by themselves, after some seconds of silence.
 */
export async function tellNeighbours(host: Host, nodeIP: string, address: string): Promise<boolean> {
  const device = await deviceOf(host, nodeIP);
  if (device === undefined) return true;
  // iputils' arping and busybox's understand the same words.
  const words = ['-q', '-U', '-c', '2', '-I', device, address];
  for (const [program, args] of [['arping', words], ['busybox', ['arping', ...words]]] as const) {
    try {
      await host.run(program, args);
      return true;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (!error.isMissing && !/applet not found/.test(error.message)) throw error;
    }
  }
  return false;
}

/** The link at which other machines reach this node; undefined where it has none. */
async function deviceOf(host: Host, nodeIP: string): Promise<string | undefined> {
  const found = JSON.parse((await host.run('ip', ['-j', 'address', 'show', 'to', `${nodeIP}/32`])).trim() || '[]') as readonly { readonly ifname?: string }[];
  return found.find(({ ifname }) => ifname !== undefined && ifname !== 'lo')?.ifname;
}
