import type { Allowance, Direction } from '../../../../agent/policy/layout.ts';
import type { Update } from '../../../../agent/policy/plan-update.ts';
import type { Connection } from './model.ts';
import { isIn } from './model.ts';

/** What nftables would hold after updates, and what it would do; refuses what the kernel refuses. */
export class Kernel {
  readonly chains = new Map<string, { readonly direction: Direction; readonly allowances: readonly Allowance[] }>();
  readonly sets = new Map<string, Set<string>>([['itself', new Set()]]);
  readonly maps: Readonly<Record<string, Map<string, string>>> = { ingress: new Map(), egress: new Map() };

  apply(update: Update): void {
    for (const name of [...update.newPeerSets.map(([set]) => set), ...update.newPortSets]) {
      if (this.sets.has(name)) throw new Error(`set ${name} exists`);
      this.sets.set(name, new Set());
    }
    for (const [name, chain] of update.newChains) {
      if (this.chains.has(name)) throw new Error(`chain ${name} exists`);
      for (const set of setsOf(chain.allowances)) if (!this.sets.has(set)) throw new Error(`no set ${set}`);
      this.chains.set(name, chain);
    }
    for (const { target, elements } of update.deletes) for (const element of elements) if (!(this.maps[target] ?? this.#set(target)).delete(element)) throw new Error(`no ${element} in ${target}`);
    for (const { target, elements } of update.adds) for (const element of elements) this.#add(target, element);
    for (const name of update.oldChains) {
      if (['ingress', 'egress'].some((map) => [...this.maps[map]?.values() ?? []].includes(name))) throw new Error(`chain ${name} is used`);
      if (!this.chains.delete(name)) throw new Error(`no chain ${name}`);
    }
    for (const name of update.oldSets) {
      if ([...this.chains.values()].some(({ allowances }) => setsOf(allowances).includes(name))) throw new Error(`set ${name} is used`);
      if (!this.sets.delete(name)) throw new Error(`no set ${name}`);
    }
  }

  /** Whether a first packet that passes this node is let through. */
  passes(connection: Connection): boolean {
    const { from, to } = connection;
    if (this.#set('itself').has(`${from.address} . ${to.address}`)) return true;
    return this.#judge('egress', from.address, connection) && this.#judge('ingress', to.address, connection);
  }

  #judge(direction: Direction, address: string, connection: Connection): boolean {
    const name = this.maps[direction]?.get(address);
    if (name === undefined) return true;
    const chain = this.chains.get(name);
    if (chain?.direction !== direction) throw new Error(`${name} is no chain for ${direction}`);
    const other = direction === 'ingress' ? connection.from.address : connection.to.address;
    const target = `${connection.to.address} . ${connection.protocol.toLowerCase()} . ${connection.port}`;
    return chain.allowances.some(({ peer, port }) => {
      if (peer && 'set' in peer && !this.#set(peer.set).has(other)) return false;
      if (peer && 'range' in peer && (!isIn(other, peer.range) || peer.except.some((hole) => isIn(other, hole)))) return false;
      if (port && 'set' in port) return this.#set(port.set).has(target);
      return !port || (port.protocol === connection.protocol.toLowerCase() && (!port.spans || port.spans.some(([first, last]) => connection.port >= first && connection.port <= last)));
    });
  }

  #add(target: string, element: string): void {
    const map = this.maps[target];
    if (!map) return void this.#set(target).add(element);
    const [key = '', verdict = ''] = element.split(' : goto ');
    if (map.has(key)) throw new Error(`${key} is in ${target}`);
    if (!this.chains.has(verdict)) throw new Error(`no chain ${verdict}`);
    map.set(key, verdict);
  }

  #set(name: string): Set<string> {
    const set = this.sets.get(name);
    if (!set) throw new Error(`no set ${name}`);
    return set;
  }
}

function setsOf(allowances: readonly Allowance[]): readonly string[] {
  return allowances.flatMap(({ peer, port }) => [...(peer && 'set' in peer ? [peer.set] : []), ...(port && 'set' in port ? [port.set] : [])]);
}

