import { createHost } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { renderRemoval } from './render-update.ts';

/** Removes every rule of a NetworkPolicy from this machine. Idempotent. */
export async function removePolicies(host: Host = createHost()): Promise<void> {
  await host.run('nft', ['-f', '-'], renderRemoval);
}
