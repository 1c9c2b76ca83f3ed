/** Where everything of a set of development nodes is. */
export interface DevLayout {
  /** Short: it names namespaces, the link, and the nodes. */
  readonly name: string;
  readonly folder: string;
  /** Namespace with the bridge that joins them. */
  readonly switchNamespace: string;
  /** This machine's end of the link to the bridge, and its address. */
  readonly hostLink: string;
  readonly hostAddress: string;
}

/** One development node. */
export interface DevNode {
  readonly nodeName: string;
  readonly namespace: string;
  readonly address: string;
  /** Its end of the link, in the switch's namespace. */
  readonly port: string;
  /** Range of its Pods. */
  readonly podCIDR: string;
  readonly folder: string;
  readonly socket: string;
  readonly cgroup: string;
}

/** What is settled about ranges already: by the cluster (`nodeName` claims `podCIDR`) or by an engine that was made for it. */
export interface SettledRange {
  readonly nodeName: string;
  readonly podCIDR: string;
}

/** The addresses of the link between development nodes: this and three more bytes make one. */
const linkPrefix = '10.99.0';

/** Where a set of development nodes is. */
export function planLayout(name: string, stateFolder: string): DevLayout {
  return { name, folder: `${stateFolder}/dev/${name}`, switchNamespace: `gantry-${name}-switch`, hostLink: `gantry-${name}`, hostAddress: `${linkPrefix}.254` };
}

/** Node number `index` (from 1) without its range. */
export function planDevNode({ name, folder }: DevLayout, index: number): Omit<DevNode, 'podCIDR'> {
  const own = `${folder}/${index}`;
  return { nodeName: `${name}-${index}`, namespace: `gantry-${name}-${index}`, address: `${linkPrefix}.${index}`, port: `to${index}`, folder: own, socket: `${own}/docker.sock`, cgroup: `gantry-${name}-${index}` };
}

/** `count` nodes, each with the range that is settled for it, else with a /24 of the cluster's range that nobody has. Undefined where there is none. */
export function planDevNodes(layout: DevLayout, count: number, clusterCIDR: string, settled: readonly SettledRange[]): readonly DevNode[] | undefined {
  const nodes: DevNode[] = [];
  const taken = new Set(settled.map(({ podCIDR }) => podCIDR));
  // The first one is left to this machine's own engine, which may not have claimed it yet.
  const free = rangesOf(clusterCIDR).slice(1).filter((range) => !taken.has(range));
  for (let index = 1; index <= count; index++) {
    const node = planDevNode(layout, index);
    const podCIDR = settled.find(({ nodeName }) => nodeName === node.nodeName)?.podCIDR ?? free.shift();
    if (podCIDR === undefined) return undefined;
    nodes.push({ ...node, podCIDR });
  }
  return nodes;
}

function rangesOf(clusterCIDR: string): readonly string[] {
  const [address = '', bits = '24'] = clusterCIDR.split('/');
  const [a = 0, b = 0, c = 0] = address.split('.').map(Number);
  const count = Math.min(256 - c, 2 ** Math.max(0, 24 - Number(bits)));
  return Array.from({ length: count }, (_, index) => `${a}.${b}.${c + index}.0/24`);
}
