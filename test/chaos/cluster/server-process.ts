import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { leaderLeases } from '../../../src/control/run-as-leader.ts';
import { entryCommand } from '../../../src/lib/entry-command.ts';
import { dieWithUs } from './die-with-us.ts';

const [program, ...args] = entryCommand('src/main/server.ts', []);
const keptLines = 200;
const controllersLease = leaderLeases.controllers;

/** What a server is started with. */
export interface ServerOptions {
  readonly name: string;
  readonly port: number;
  readonly databaseUrl: string;
  /** Holds admin.token. */
  readonly stateFolder: string;
  readonly leaseMs: number;
}

/** One server of a campaign, over all its lives: a real process of `src/main/server.ts`. */
export class ServerProcess {
  readonly #options: ServerOptions;
  #child: ChildProcess | undefined;
  #release = (): void => undefined;
  #waiters: (() => void)[] = [];
  #lines: string[] = [];
  #answers = false;
  /** The epoch in which it leads the controllers, as far as it has said. */
  epoch: number | undefined;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  get name(): string { return this.#options.name; }
  get url(): string { return `http://127.0.0.1:${this.#options.port}/graphql`; }
  get isAlive(): boolean { return this.#child !== undefined; }
  get answers(): boolean { return this.#answers; }
  /** The end of what it has logged. */
  get log(): string { return this.#lines.join('\n'); }

  /** Starts it, where it does not run. Resolves when it answers or has ended. */
  async start(): Promise<void> {
    if (this.#child) return;
    const { name, port, databaseUrl, stateFolder, leaseMs } = this.#options;
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env, VITEST: undefined, NODE_ENV: 'production', GANTRY_STATE: stateFolder, GANTRY_PORT: String(port), DATABASE_URL: databaseUrl,
        GANTRY_LEASE_SECONDS: String(leaseMs / 1000), GANTRY_NODE_NAME: name, GANTRY_LOG: 'info',
      },
    });
    this.#child = child;
    if (child.pid !== undefined) this.#release = dieWithUs(child.pid);
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', (line) => this.#heard(line));
    child.once('exit', () => this.#ended(child));
    await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  /** Sends a signal; false when there is no process. */
  signal(signal: NodeJS.Signals): boolean {
    return this.#child?.kill(signal) ?? false;
  }

  /** SIGKILL, and its end. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  #heard(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > keptLines) this.#lines.shift();
    const { msg, lease, epoch } = parse(line);
    if (lease === controllersLease && msg === 'leads') this.epoch = epoch;
    if (lease === controllersLease && (msg === 'has lost leadership' || msg === 'gives up leadership')) this.epoch = undefined;
    if (msg !== 'serving') return;
    this.#answers = true;
    this.#wake();
  }

  #ended(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#release();
    this.#lines.push(`--- ended with ${child.signalCode ?? child.exitCode}`);
    this.#child = undefined;
    this.epoch = undefined;
    this.#answers = false;
    this.#wake();
  }

  #wake(): void {
    for (const waiter of this.#waiters.splice(0)) waiter();
  }
}

function parse(line: string): { readonly msg?: string; readonly lease?: string; readonly epoch?: number } {
  try {
    return JSON.parse(line) as { msg?: string; lease?: string; epoch?: number };
  } catch {
    return {};
  }
}
