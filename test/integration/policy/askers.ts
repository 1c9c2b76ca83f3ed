import { createInterface } from 'node:readline';
import path from 'node:path';
import type { ChildProcess } from 'node:child_process';
import type { Network, Place } from '../proxy/support/network.ts';

/** Whether a connection was made: `open`, `silent` (dropped), or why it was refused. */
export interface Askers {
  ask(from: Place, protocol: 'tcp' | 'udp', address: string, port: number): Promise<string>;
  end(): void;
}

/** One process in every place of a network, which asks from there. */
export function startAskers(network: Network): Askers {
  const processes = new Map<Place, ChildProcess>();
  const waiting = new Map<string, (outcome: string) => void>();
  let asked = 0;
  const processAt = (place: Place): ChildProcess => {
    const running = processes.get(place) ?? network.spawn(place, process.execPath, path.join(import.meta.dirname, 'asker.mjs'));
    if (!processes.has(place)) {
      createInterface({ input: running.stdout! }).on('line', (line) => {
        const [id = '', outcome = ''] = line.split(' ');
        waiting.get(id)?.(outcome);
        waiting.delete(id);
      });
    }
    processes.set(place, running);
    return running;
  };
  return {
    ask: (from, protocol, address, port) => new Promise((resolve) => {
      asked += 1;
      waiting.set(String(asked), resolve);
      processAt(from).stdin!.write(`${asked} ${protocol} ${address} ${port}\n`);
    }),
    end: () => { for (const running of processes.values()) running.kill('SIGKILL'); },
  };
}
