import net from 'node:net';
import { choosePrimary, explainNoPrimary, readDatabaseUrl } from './database-address.ts';
import type { DatabaseAddress } from './database-address.ts';
import { probeDatabase } from './probe-database.ts';

/**
 * Knows which of a database's servers takes writes, and opens all connections to it. After any of them ended it looks again before the next is opened;
 * when the place has changed, every connection to another one is ended, so nobody goes on talking to a server that was replaced. With a single server
 * there is nothing to look for.
 */
export class DatabaseLocator {
  readonly #addresses: readonly [DatabaseAddress, ...DatabaseAddress[]];
  readonly #sockets = new Map<net.Socket, DatabaseAddress>();
  #known: DatabaseAddress;
  #isSure: boolean;
  #searching: Promise<DatabaseAddress> | undefined;

  constructor(databaseUrl: string) {
    this.#addresses = readDatabaseUrl(databaseUrl);
    this.#known = this.#addresses[0];
    this.#isSure = this.#addresses.length === 1;
  }

  /** Where it was last, or the first server of the URL. */
  get last(): DatabaseAddress {
    return this.#known;
  }

  /** Rejects with code NO_PRIMARY, saying what is wrong with each server, where none takes writes. */
  async locate(): Promise<DatabaseAddress> {
    if (this.#isSure) return this.#known;
    this.#searching ??= this.#search().finally(() => { this.#searching = undefined; });
    return await this.#searching;
  }

  /** A socket that leads to the right server whatever it is told to connect to; where none can be found it ends with that error. */
  socket(): net.Socket {
    return new LocatedSocket(this);
  }

  /** Ends the socket when the place changes, and takes its own end as a reason to look again. */
  watch(socket: net.Socket, address: DatabaseAddress): void {
    this.#sockets.set(socket, address);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (address === this.#known) this.#isSure = this.#addresses.length === 1;
    });
  }

  async #search(): Promise<DatabaseAddress> {
    const probes = await Promise.all(this.#addresses.map(probeDatabase));
    const found = choosePrimary(probes);
    if (found === undefined) throw Object.assign(new Error(`no database server takes writes: ${explainNoPrimary(probes)}`), { code: 'NO_PRIMARY' });
    this.#known = found;
    this.#isSure = true;
    for (const [socket, address] of this.#sockets) if (address !== found) socket.destroy();
    return found;
  }
}

/** Both drivers open sockets by `connect`; where to is for the locator to say. */
class LocatedSocket extends net.Socket {
  /** Resolves as soon as the way to the server is being opened, or there is none; then what is written is kept until it is open. */
  readonly opening: Promise<void>;
  readonly #locator: DatabaseLocator;
  #started: () => void = () => undefined;

  constructor(locator: DatabaseLocator) {
    super();
    this.#locator = locator;
    this.opening = new Promise((resolve) => { this.#started = resolve; });
  }

  override connect(): this {
    void this.#locator.locate().then((address) => {
      if (this.destroyed) return;
      this.#locator.watch(this, address);
      super.connect({ host: address.host, port: address.port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 5_000 });
    }).catch((error: unknown) => setImmediate(() => this.destroy(error as Error))).finally(this.#started);
    return this;
  }
}

/** A socket on its way to the right server, ready to be written to. Never rejects: where there is no way the socket ends with the reason. */
export async function openSocket(locator: DatabaseLocator): Promise<net.Socket> {
  const socket = new LocatedSocket(locator);
  socket.connect();
  await socket.opening;
  return socket;
}
