import { createHost } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { closeLocalnet, localnetMarker, stopAcceptingForwarded } from './prepare-node.ts';
import { findTable } from './table.ts';

/** Removes every packet rule that the proxy made on this machine, and closes `route_localnet` where the proxy opened it. Idempotent. */
export async function removeRules(host: Host = createHost()): Promise<void> {
  const found = await findTable(host);
  if (found?.markers.includes(localnetMarker)) await closeLocalnet(host); // before the rules that guard it go
  if (found) await host.run('nft', ['delete', 'table', 'ip', 'gantry']);
  await stopAcceptingForwarded(host);
}
