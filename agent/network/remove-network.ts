import { createHost } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { removeDevice } from './ensure-device.ts';
import { routeProtocol } from './entry.ts';

/** Removes every route and device that the Pod network made on this machine. Idempotent. */
export async function removeNetwork(host: Host = createHost()): Promise<void> {
  await host.run('ip', ['route', 'flush', 'proto', String(routeProtocol)]);
  await removeDevice(host);
}
