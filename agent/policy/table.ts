import { passBridgedPackets } from '../proxy/prepare-node.ts';
import type { Host } from '../host/host.ts';
import type { Layout } from './layout.ts';
import { planUpdate } from './plan-update.ts';
import type { Peers, Update } from './plan-update.ts';
import { policyTable, renderRemoval, renderUpdate } from './render-update.ts';

/** The policies' table in the kernel. Remembers what it holds, so that a change costs no reading. Calls must not overlap. */
export interface PolicyTable {
  /** Makes the table hold exactly this; there is none while no Pod is selected. Returns whether something changed. After a failure the next call makes the table anew. */
  apply(next: Layout, peers: Peers): Promise<boolean>;
  /** Whether nobody else removed the table or made it anew. */
  isIntact(): Promise<boolean>;
  /** Forgets what it knows: the next `apply` makes the table anew. */
  distrust(): void;
}

interface Known {
  readonly layout: Layout;
  readonly members: Map<string, Set<string>>;
  /** The kernel's number of the table. */
  readonly handle: number | undefined;
}

/** A table on a host that answers names at some addresses. Nothing happens before the first `apply`; what a former agent left stays in force until then, and is replaced in one step. */
export function createPolicyTable(host: Host, answeredHere: readonly string[]): PolicyTable {
  let known: Known | 'absent' | undefined;

  const remove = async (): Promise<boolean> => {
    if (known === 'absent') return false;
    known = undefined;
    await host.run('nft', ['-f', '-'], renderRemoval);
    known = 'absent';
    return true;
  };

  return {
    async apply(next, peers) {
      if (next.ingress.size + next.egress.size === 0) return remove();
      const held = known === 'absent' ? undefined : known;
      const update = planUpdate(held, next, peers);
      if (!update) return false;
      known = undefined;
      if (!held) await passBridgedPackets(host);
      await host.run('nft', ['-f', '-'], renderUpdate(update, answeredHere));
      known = { layout: next, members: membersAfter(held?.members ?? new Map(), next, update), handle: held ? held.handle : await findHandle(host) };
      return true;
    },
    async isIntact() {
      return known === undefined || known === 'absent' || known.handle === await findHandle(host);
    },
    distrust() {
      known = undefined;
    },
  };
}

/** Changes the sets in place: a large one is not copied for a small change. */
function membersAfter(before: ReadonlyMap<string, Set<string>>, { peerSets }: Layout, { adds, deletes }: Update): Map<string, Set<string>> {
  const members = new Map([...peerSets.keys()].map((set) => [set, before.get(set) ?? new Set<string>()]));
  for (const { target, elements } of deletes) for (const element of elements) members.get(target)?.delete(element);
  for (const { target, elements } of adds) for (const element of elements) members.get(target)?.add(element);
  return members;
}

/** The kernel's number of the table; another one stands for another table of the same name. */
async function findHandle(host: Host): Promise<number | undefined> {
  const listed = (JSON.parse(await host.run('nft', ['-j', 'list', 'tables', 'ip'])) as { nftables: readonly { table?: { name: string; handle: number } }[] }).nftables;
  return listed.find(({ table }) => table?.name === policyTable)?.table?.handle;
}
