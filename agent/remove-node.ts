// Removes what an agent left on this machine: containers, networks, packet rules, mounts and its folder. For `npm run reset`, and for a machine that leaves its cluster.
import { readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { removeBalancedAddresses } from './announce/balanced-addresses.ts';
import { removeNodeAddresses } from './dns/node-address.ts';
import { systemTmpfs } from './kubelet/volumes/tmpfs.ts';
import { removeNetwork } from './network/remove-network.ts';
import { readCredential } from './node/credential.ts';
import { podsFolder } from './node/start-node.ts';
import { removePolicies } from './policy/remove-policies.ts';
import { createHost } from './host/host.ts';
import { removeRules } from './proxy/remove-rules.ts';
import { removeCluster } from './runtime/docker/remove-cluster.ts';

const { values } = parseArgs({ options: { 'state': { type: 'string' }, 'docker-socket': { type: 'string' }, 'image': { type: 'string', multiple: true } } });
const folder = path.resolve(values.state ?? '.gantry/agent');
const socket = values['docker-socket'] ?? '/var/run/docker.sock';
const credential = await readCredential(folder);
if (credential) {
  const { containers, networks, images } = await removeCluster(socket, credential.clusterID, values.image ?? []);
  process.stdout.write(`${containers} containers, ${networks} networks, ${images} images`);
  await removeRules();
  await removePolicies();
  await removeNetwork();
  await removeNodeAddresses(createHost());
  await removeBalancedAddresses(createHost());
} else {
  process.stdout.write('no node was here');
}
await systemTmpfs.unmountBelow(podsFolder(folder));
for (const name of await readdir(folder).catch(() => [])) await rm(path.join(folder, name), { recursive: true, force: true });
// A folder that is a mount, as in a container, stays; it is empty.
await rmdir(folder).catch((error: NodeJS.ErrnoException) => { if (error.code !== 'ENOENT' && error.code !== 'EBUSY') throw error; });
