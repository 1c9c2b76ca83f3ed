import type Docker from 'dockerode';
import { labels } from '../labels.ts';
import { ignoring, quickMs, slowMs, timed } from './calls.ts';
import { connectDocker } from './connect.ts';
import { pauseImageName } from './pause-image.ts';

/** What was removed. */
export interface Removed {
  readonly containers: number;
  readonly networks: number;
  readonly images: number;
}

/**
 * Removes all containers and networks of a cluster from an engine, and the named images and the pause image where nothing else uses them. Containers
 * go one at a time: removing several at once can deadlock an engine. Idempotent.
 */
export async function removeCluster(socketPath: string, clusterId: string, imageNames: readonly string[]): Promise<Removed> {
  const docker = connectDocker(socketPath);
  const filters = { label: [`${labels.cluster}=${clusterId}`] };
  const containers = await timed('list', quickMs, () => docker.listContainers({ all: true, filters }));
  const isPause = (info: Docker.ContainerInfo) => labels.sandbox in info.Labels ? 1 : 0;
  for (const { Id } of containers.sort((a, b) => isPause(a) - isPause(b))) {
    await ignoring([404], timed('remove', slowMs, () => docker.getContainer(Id).remove({ force: true, v: true })));
  }
  const networks = await timed('networks', quickMs, () => docker.listNetworks({ filters }));
  for (const { Id } of networks) await ignoring([404], timed('network remove', quickMs, () => docker.getNetwork(Id).remove()));
  let images = 0;
  for (const name of [pauseImageName, ...imageNames]) {
    const removed = await ignoring([404, 409], timed('image remove', slowMs, () => docker.getImage(name).remove()));
    if (removed !== undefined) images += 1;
  }
  return { containers: containers.length, networks: networks.length, images };
}
