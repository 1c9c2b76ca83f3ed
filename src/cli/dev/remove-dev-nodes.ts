import { readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from '../../client/client.ts';
import { ApiError } from '../../model/errors.ts';
import { stopAgent } from './agent.ts';
import { removeControlGroups, removeEngine, unmountBelow } from './engine.ts';
import { stopForwarder } from './forwarder.ts';
import { savedRange } from './make-dev-nodes.ts';
import { planDevNode } from './plan-dev-nodes.ts';
import type { DevLayout } from './plan-dev-nodes.ts';
import { removeNamespaces } from './switch.ts';

/** The names of the sets of development nodes that a state folder knows of. */
export async function devNodeSets(stateFolder: string): Promise<readonly string[]> {
  return readdir(`${stateFolder}/dev`).catch((): string[] => []);
}

/** Removes a set of development nodes without trace: agents, containers, engines, namespaces, files, and, while a server answers, the Nodes. Returns how many there were. */
export async function removeDevNodes(layout: DevLayout, client: () => Promise<Client>): Promise<number> {
  const found = (await readdir(layout.folder).catch(() => [])).filter((name) => /^\d+$/.test(name)).map((name) => planDevNode(layout, Number(name)));
  await Promise.all(found.map(stopAgent));
  if (found.length > 0) await forgetNodes(found.map(({ nodeName }) => nodeName), client);
  await Promise.all(found.map(async (node) => {
    const podCIDR = await savedRange(node);
    if (podCIDR !== undefined) await removeEngine({ ...node, podCIDR });
  }));
  await stopForwarder(layout);
  await removeNamespaces(layout);
  await unmountBelow(layout.folder);
  for (const { cgroup } of found) await removeControlGroups(cgroup);
  await rm(layout.folder, { recursive: true, force: true });
  await rmdir(path.dirname(layout.folder)).catch(() => undefined);
  return found.length;
}

/** A server that is away or new knows no such nodes: nothing to forget. */
async function forgetNodes(names: readonly string[], client: () => Promise<Client>): Promise<void> {
  try {
    const connection = await client();
    for (const name of names) await connection.delete('Node', { name }, { timeoutMs: 5000 }).catch(ignoreAbsent);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

function ignoreAbsent(error: unknown): void {
  if (!(error instanceof ApiError && error.code === 'NOT_FOUND')) throw error;
}
