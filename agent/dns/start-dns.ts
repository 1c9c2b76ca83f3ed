import type { Logger } from 'pino';
import type { Clock } from '../../src/lib/clock.ts';
import { explainFailure, firstLine } from '../host/explain-failure.ts';
import { createHost } from '../host/host.ts';
import type { Host } from '../host/host.ts';
import { createForwarder } from './forwarder.ts';
import { feedIndex } from './index-feed.ts';
import type { FedIndex, NameView } from './index-feed.ts';
import { listen } from './listen.ts';
import type { Listener } from './listen.ts';
import { addNodeAddress } from './node-address.ts';
import { createRespond } from './respond.ts';
import { watchUpstreams } from './upstreams.ts';

export interface DnsOptions {
  /** The cluster's DNS addresses, which this node takes. */
  readonly addresses: readonly string[];
  /** 53 where left out. */
  readonly port?: number;
  /** Such as `cluster.local`. */
  readonly clusterDomain: string;
  readonly serviceCIDR: string;
  readonly clusterCIDR: string;
  /** Names the node's own resolvers. */
  readonly resolvConf: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Where the addresses go; this machine where left out. */
  readonly host?: Host;
}

/** The DNS of a node. Disposing it stops answering and leaves the addresses, so that clients are refused at once and ask again. */
export interface RunningDns extends AsyncDisposable {
  /** Those of its addresses at which it answers now. */
  answering(): readonly string[];
  /** Names are answered from this view. Until it is given and complete, names of the cluster are SERVFAIL. */
  follow(view: NameView): void;
}

const retryMs = 30_000;

/** Starts a node's DNS; resolves after the first try to listen. Where it cannot (no root, port taken) it says so once and tries again every 30 s. Never rejects. */
export async function startDns({ addresses, port = 53, logger, clock, host = createHost(), ...options }: DnsOptions): Promise<RunningDns> {
  const listeners = new Map<string, Listener>();
  const said = new Set<string>();
  let fed: FedIndex | undefined;
  let isEnded = false;
  let cancel: (() => void) | undefined;
  let running: Promise<void> = Promise.resolve();

  const zone = options.clusterDomain.toLowerCase().replace(/\.$/, '');
  const respond = createRespond({
    index: () => fed?.current(),
    facts: { zone, ranges: [options.serviceCIDR, options.clusterCIDR] },
    forwarder: createForwarder({ upstreams: watchUpstreams(options.resolvConf, addresses), clock }),
  });

  const listenEverywhere = async (): Promise<void> => {
    for (const address of addresses.filter((each) => !listeners.has(each))) {
      try {
        await addNodeAddress(host, address);
        listeners.set(address, await listen(respond, address, port));
        logger.info({ address }, 'names are answered');
      } catch (error) {
        const message = explain(error, address);
        if (!said.has(message)) logger.error(message);
        said.add(message);
      }
    }
    if (!isEnded && listeners.size < addresses.length) cancel = clock.after(retryMs, () => { running = listenEverywhere(); });
  };

  running = listenEverywhere();
  await running;
  return {
    answering: () => addresses.filter((address) => listeners.has(address)),
    follow(view) {
      fed?.[Symbol.dispose]();
      fed = feedIndex(view);
    },
    async [Symbol.asyncDispose]() {
      isEnded = true;
      cancel?.();
      await running;
      fed?.[Symbol.dispose]();
      await Promise.all([...listeners.values()].map((listener) => listener[Symbol.asyncDispose]()));
    },
  };
}

/** One line that says what does not work and the way out. */
function explain(error: unknown, address: string): string {
  const reason = firstLine(error), what = 'Names of the cluster are not answered on this node', needsRoot = `taking the address ${address} needs root`;
  if (reason.includes('EACCES')) return `${what}: ${needsRoot} (${reason})`;
  if (reason.includes('EADDRINUSE')) return `${what}: another program has port 53 of all addresses (${reason}); let it listen on addresses of its own only`;
  return explainFailure(error, { what, packages: 'iproute2', needsRoot });
}
