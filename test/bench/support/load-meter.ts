import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** How busy everything was during one section of a benchmark, in processors: 1 is one core all the time. */
export interface Load {
  readonly section: string;
  readonly seconds: number;
  /** The benchmark's own process, which holds our server. */
  readonly server: number;
  readonly postgres: number;
  /** Docker with containerd and runc. */
  readonly docker: number;
  /** Whatever else the benchmark started: clients, and servers and agents in processes of their own. */
  readonly others: number;
  /** All processes of the machine. */
  readonly machine: number;
}

type Sample = Record<'server' | 'postgres' | 'docker' | 'others' | 'machine' | 'atMs', number>;

const ticksPerSecond = 100;
const dockerNames = /^(dockerd|containerd|containerd-shim|runc)/;

/** Measures from one section to the next; where the machine has no /proc, nothing. */
export class LoadMeter {
  #section: string | undefined;
  #before: Sample | undefined;

  /** Ends the section that was being measured, and begins another where it is named. Undefined where nothing was measured. */
  next(section?: string): Load | undefined {
    const now = sample(), before = this.#before, ended = this.#section;
    this.#section = section;
    this.#before = now;
    if (!now || !before || ended === undefined) return undefined;
    const seconds = (now.atMs - before.atMs) / 1000;
    // What a process used is forgotten where it ended and nobody waited for it.
    const share = (name: Exclude<keyof Sample, 'atMs'>) => Math.max(0, (now[name] - before[name]) / ticksPerSecond / seconds);
    return { section: ended, seconds, server: share('server'), postgres: share('postgres'), docker: share('docker'), others: share('others'), machine: share('machine') };
  }
}

/** What was the limit, as far as processors tell: the one process that had a whole core, or the machine that had nothing left. */
export function describeLimit({ server, postgres, machine }: Load): string {
  if (server >= 0.85) return 'one core of the server';
  if (machine >= availableParallelism() * 0.92) return 'the whole machine';
  return postgres >= 0.85 ? 'one core of PostgreSQL' : 'waiting: for the disk, the network or clients';
}

function sample(): Sample | undefined {
  try {
    const machine = readFileSync('/proc/stat', 'utf8').split('\n')[0]!.split(/\s+/).slice(1, 9).map(Number);
    const found = { server: 0, postgres: 0, docker: 0, others: 0, machine: machine.reduce((a, b) => a + b, 0) - (machine[3] ?? 0) - (machine[4] ?? 0), atMs: performance.now() };
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => readProcess(pid) ?? []);
    const visit = (parent: number): void => {
      for (const child of processes.filter((each) => each.parent === parent)) {
        found[child.name === 'postgres' ? 'postgres' : dockerNames.test(child.name) ? 'docker' : 'others'] += child.ticks;
        visit(child.pid);
      }
    };
    const own = processes.find(({ pid }) => pid === process.pid);
    found.server = own?.ticks ?? 0;
    found.others = own?.ended ?? 0;
    visit(process.pid);
    return found;
  } catch {
    return undefined;
  }
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  /** Used by itself. */
  readonly ticks: number;
  /** Used by children that have ended. */
  readonly ended: number;
}

function readProcess(pid: string): Process | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = text.lastIndexOf(')');
    const fields = text.slice(end + 2).split(' ').map(Number);
    const [parent = 0, , , , , , , , , , user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(1);
    return { pid: Number(pid), parent, name: text.slice(text.indexOf('(') + 1, end), ticks: user + system, ended: childUser + childSystem };
  } catch {
    return undefined;
  }
}
