import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandFailure } from '../command.ts';
import type { CommandContext } from '../command.ts';
import { createJoinToken } from '../commands/node-token.ts';
import { ensureAgent } from './agent.ts';
import { copyImages } from './copy-images.ts';
import { ensureEngine } from './engine.ts';
import { reachableServer } from './forwarder.ts';
import { planDevNode, planDevNodes } from './plan-dev-nodes.ts';
import type { DevLayout, DevNode, SettledRange } from './plan-dev-nodes.ts';
import { ensureNodeLink, ensureSwitch } from './switch.ts';

/** What is wanted. */
export interface DevNodesWanted {
  readonly count: number;
  readonly clusterCIDR: string;
  /** Images of this machine's engine that the nodes need, besides Gantry's own. */
  readonly images: readonly string[];
  /** Options for every agent. */
  readonly agentOptions: readonly string[];
}

const readyMs = 120_000;
const joinTokenSeconds = 600;

/** Makes what is missing of a set of development nodes, and waits until all are ready. Returns them. */
export async function makeDevNodes(context: CommandContext, layout: DevLayout, wanted: DevNodesWanted): Promise<readonly DevNode[]> {
  const client = await context.client();
  const known = (await client.list('Node')).objects.flatMap(({ metadata, spec }): SettledRange[] => (spec.podCIDR === undefined ? [] : [{ nodeName: metadata.name, podCIDR: spec.podCIDR }]));
  const nodes = planDevNodes(layout, wanted.count, wanted.clusterCIDR, [...await engineRanges(layout, wanted.count), ...known]);
  if (!nodes) throw new CommandFailure(`${wanted.clusterCIDR} has no room for ${wanted.count} more nodes`);

  await mkdir(layout.folder, { recursive: true, mode: 0o700 });
  await ensureSwitch(layout);
  for (const node of nodes) await ensureNodeLink(layout, node);
  context.print(`network    ${nodes.length} namespaces, joined at ${layout.hostAddress}\n`);

  await Promise.all(nodes.map(async (node) => {
    await ensureEngine(node);
    await writeFile(rangeFile(node), node.podCIDR);
  }));
  const images = await copyImages(context.dockerSocket, nodes.map(({ socket }) => socket), wanted.images, `${layout.folder}/images.tar`);
  context.print(`engines    ${nodes.length} Docker Engines, ${images} images\n`);

  const server = await reachableServer(layout, context.server);
  let token: Promise<string> | undefined;
  const joinToken = (): Promise<string> => (token ??= createJoinToken(client, joinTokenSeconds));
  for (const node of nodes) await ensureAgent(node, server, ['--cluster-cidr', wanted.clusterCIDR, ...wanted.agentOptions], joinToken);
  await Promise.all(nodes.map((node) => waitUntilReady(context, node)));
  return nodes;
}

const rangeFile = ({ folder }: Pick<DevNode, 'folder'>): string => `${folder}/range`;

/** The ranges of engines that exist: an engine keeps its own. */
async function engineRanges(layout: DevLayout, count: number): Promise<readonly SettledRange[]> {
  const found = await Promise.all(Array.from({ length: count }, async (_, index): Promise<SettledRange[]> => {
    const node = planDevNode(layout, index + 1);
    const podCIDR = await savedRange(node);
    return podCIDR === undefined ? [] : [{ nodeName: node.nodeName, podCIDR }];
  }));
  return found.flat();
}

/** The range that a node's engine was made for, if there is one. */
export function savedRange(node: Pick<DevNode, 'folder'>): Promise<string | undefined> {
  return readFile(rangeFile(node), 'utf8').catch(() => undefined);
}

async function waitUntilReady({ client, signal }: CommandContext, { nodeName, folder }: DevNode): Promise<void> {
  for (const end = Date.now() + readyMs; ; await pause(100, undefined, { signal })) {
    const node = await (await client()).get('Node', { name: nodeName });
    if (node?.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True')) return;
    if (Date.now() > end) throw new CommandFailure(`node ${nodeName} is not ready; its agent's log is ${folder}/agent.log`);
  }
}
