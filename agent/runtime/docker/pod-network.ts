import type Docker from 'dockerode';
import { labels } from '../labels.ts';
import type { PodNetwork } from '../runtime.ts';
import { engineMessage, quickMs, timed } from './calls.ts';
import { contains, firstAddress } from './cidr.ts';

const defaultNetwork = 'bridge';

/** Where sandboxes get their addresses, and the name of that Docker network once it is known. */
export interface DockerPodNetwork extends PodNetwork {
  /** Waits until `ensure` has succeeded for the first time; fails after some seconds. */
  name(): Promise<string>;
}

const readyMs = 15_000;

/**
 * The engine's own bridge where it lies in the cluster's range (it is faster and set up without address translation),
 * otherwise a bridge of ours: masquerade off, labelled with the cluster.
 */
export function createPodNetwork(docker: Docker, clusterId: string): DockerPodNetwork {
  let name: string | undefined;
  let tellReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => { tellReady = resolve; });
  const use = (network: string): void => {
    name = network;
    tellReady();
  };
  const defaultSubnet = async (): Promise<string | undefined> => {
    const info: Docker.NetworkInspectInfo = await timed('network inspect', quickMs, () => docker.getNetwork(defaultNetwork).inspect());
    return info.IPAM?.Config?.[0]?.['Subnet'];
  };
  const own = async (): Promise<Docker.NetworkInspectInfo | undefined> => {
    const filters = { label: [`${labels.cluster}=${clusterId}`] };
    const found = await timed('networks', quickMs, (abortSignal) => docker.listNetworks({ filters, abortSignal }));
    return found[0];
  };
  return {
    async name() {
      if (name === undefined) await timed('the network of the Pods is not ready yet', readyMs, () => ready);
      return name ?? defaultNetwork;
    },
    async proposedCIDR(clusterCIDR) {
      const subnet = await defaultSubnet().catch(() => undefined);
      return subnet && contains(clusterCIDR, subnet) ? subnet : undefined;
    },
    async ensure(podCIDR) {
      if ((await defaultSubnet().catch(() => undefined)) === podCIDR) {
        use(defaultNetwork);
        return;
      }
      const existing = await own();
      if (existing && existing.IPAM?.Config?.[0]?.['Subnet'] === podCIDR) {
        use(existing.Name);
        return;
      }
      if (existing) await timed('network remove', quickMs, () => docker.getNetwork(existing.Id).remove());
      use(await create(docker, clusterId, podCIDR));
    },
  };
}

async function create(docker: Docker, clusterId: string, podCIDR: string): Promise<string> {
  const options = (network: string): Docker.NetworkCreateOptions => ({
    Name: network,
    Driver: 'bridge',
    CheckDuplicate: true,
    IPAM: { Driver: 'default', Config: [{ Subnet: podCIDR, Gateway: firstAddress(podCIDR) }] },
    Options: { 'com.docker.network.bridge.enable_ip_masquerade': 'false', 'com.docker.network.bridge.enable_icc': 'true' },
    Labels: { [labels.cluster]: clusterId },
  });
  const own = `gantry-${clusterId.slice(0, 8)}`;
  for (const network of ['gantry', own]) {
    try {
      await timed('network create', quickMs, () => docker.createNetwork(options(network)));
      return network;
    } catch (error) {
      if (network === own || !/already exists/.test(engineMessage(error))) throw error;
    }
  }
  return own;
}
