import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { createClient } from '../src/client/create-client.ts';
import { systemClock } from '../src/lib/clock.ts';
import { Meters, measureProcess } from '../src/lib/meters.ts';
import { projectFile } from '../src/lib/project-file.ts';
import { startTracer } from '../src/lib/tracer.ts';
import type { Tracer } from '../src/lib/tracer.ts';
import { startAnnouncing } from './announce/start-announcing.ts';
import { startHealthChecks } from './announce/start-health-checks.ts';
import { nodeResolvConf, readNodeResolvConf } from './dns/node-resolv-conf.ts';
import { startDns } from './dns/start-dns.ts';
import type { RunningDns } from './dns/start-dns.ts';
import { runProbe } from './kubelet/probes/handlers.ts';
import { simulatedProbe, simulatedVolumes } from './kubelet/simulated-parts.ts';
import { createPodVolumes } from './kubelet/volumes/pod-volumes.ts';
import { systemTmpfs } from './kubelet/volumes/tmpfs.ts';
import { measuredProbe } from './metrics/measured-probe.ts';
import { measuredRuntime } from './metrics/measured-runtime.ts';
import { measuredStatus } from './metrics/measured-status.ts';
import { serveMetrics } from '../src/lib/serve-metrics.ts';
import { startPodNetwork } from './network/start-pod-network.ts';
import { obtainCredential } from './node/credential.ts';
import type { NodeCredential } from './node/credential.ts';
import { chooseNodeIP, defaultNodeName } from './node/machine.ts';
import { rotateCredential } from './node/rotate-credential.ts';
import { podsFolder, startNode } from './node/start-node.ts';
import type { RunningNode } from './node/start-node.ts';
import { whenPodCIDRKnown } from './node/when-pod-cidr-known.ts';
import { readOptions, usage } from './options.ts';
import type { AgentOptions } from './options.ts';
import { startPolicies } from './policy/start-policies.ts';
import { isInRange } from './proxy/cidr.ts';
import { startProxy } from './proxy/start-proxy.ts';
import { createDockerRuntime } from './runtime/docker/docker-runtime.ts';
import { createSimulatedRuntime } from './runtime/simulated/simulated-runtime.ts';

const clock = systemClock;

const { version: agentVersion } = JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as { readonly version: string };

/** Where the agent tells how it is. */
interface Observers {
  readonly meters: Meters;
  readonly tracer: Tracer;
}

/** Joins and starts one node with its runtime and, on Docker, what its packets need. */
async function runNode(options: AgentOptions, nodeName: string, folder: string, observers: Observers, logger: Logger, signal: AbortSignal): Promise<AsyncDisposable> {
  const { meters, tracer } = observers;
  const connect = (token: string) => createClient({ url: options.server, token, logger });
  const credential = await obtainCredential({ nodeName, folder, joinTokenFile: options.joinTokenFile, connect, clock, logger, signal });
  const client = connect(credential.token);
  const rotation = new AbortController();
  const rotating = rotateCredential({ nodeName, folder, credential, client, clock, logger, signal: rotation.signal });
  const nodeIP = options.nodeIP ?? chooseNodeIP();
  const dns = await runDns(options, logger);
  const parts = machineParts(options, credential, folder, dns, logger);
  const node = await startNode({
    nodeName, nodeIP, heartbeatMs: options.heartbeatMs, labels: options.labels, folder, agentVersion,
    clusterCIDR: options.clusterCIDR, clusterDomain: options.clusterDomain, client, clock, logger, volumes: parts.volumes,
    runtime: measuredRuntime(parts.runtime, meters, tracer), probe: measuredProbe(parts.probe, meters), wrapStatus: (sink) => measuredStatus(sink, meters, tracer, clock), staticPodPath: options.staticPodPath,
    startGuard: options.runtime === 'docker' ? (view) => startPolicies({ view, clock, logger: logger.child({ part: 'policy' }), answeredHere: ownDnsAddresses(options) }) : undefined,
  });
  dns?.follow(node.view);
  const packets = options.runtime === 'docker' ? runPackets(options, { nodeName, nodeIP }, node, logger) : undefined;
  return {
    async [Symbol.asyncDispose]() {
      await dns?.[Symbol.asyncDispose]();
      await packets?.[Symbol.asyncDispose]();
      await node[Symbol.asyncDispose]();
      rotation.abort();
      await rotating;
      await client[Symbol.asyncDispose]();
    },
  };
}

/** Of the cluster's DNS addresses those that this node answers at; others are somebody else's. */
function ownDnsAddresses({ clusterDNS, serviceCIDR }: AgentOptions): readonly string[] {
  return clusterDNS.filter((address) => isInRange(address, serviceCIDR));
}

/** Names are answered before the first Pod is looked at, so that none is told of a DNS that is not there. */
async function runDns(options: AgentOptions, logger: Logger): Promise<RunningDns | undefined> {
  const { clusterDomain, serviceCIDR, clusterCIDR } = options;
  const addresses = ownDnsAddresses(options);
  if (options.runtime === 'simulated' || addresses.length === 0) return undefined;
  return startDns({ addresses, clusterDomain, serviceCIDR, clusterCIDR, resolvConf: nodeResolvConf, logger: logger.child({ part: 'dns' }), clock });
}

function machineParts(options: AgentOptions, { clusterID }: NodeCredential, folder: string, names: RunningDns | undefined, logger: Logger) {
  if (options.runtime === 'simulated') return { runtime: createSimulatedRuntime({ clock }), volumes: simulatedVolumes, probe: simulatedProbe };
  const own = ownDnsAddresses(options);
  const dns = async () => {
    const clusterDNS = options.clusterDNS.filter((address) => !own.includes(address) || names?.answering().includes(address));
    return { clusterDNS, clusterDomain: options.clusterDomain, nodeResolvConf: await readNodeResolvConf() };
  };
  return {
    runtime: createDockerRuntime({ socketPath: options.dockerSocket, clusterId: clusterID, logger }),
    volumes: createPodVolumes({ folder: podsFolder(folder), tmpfs: systemTmpfs, dns }),
    probe: runProbe,
  };
}

/** Services and the ways to other nodes' Pods begin once the node's range of addresses is known. */
function runPackets(options: AgentOptions, me: { readonly nodeName: string; readonly nodeIP: string }, { view }: RunningNode, logger: Logger): AsyncDisposable {
  const { clusterCIDR, serviceCIDR, network: mode } = options;
  const parts: AsyncDisposable[] = [];
  const forget = whenPodCIDRKnown(view, (podCIDR) => {
    const facts = { ...me, podCIDR, clusterCIDR, view, clock };
    const forServices = { ...facts, serviceCIDR };
    parts.push(startAnnouncing({ ...forServices, logger: logger.child({ part: 'announce' }) }), startHealthChecks({ ...facts, logger: logger.child({ part: 'health-checks' }) }));
    parts.push(startProxy({ ...forServices, answeredHere: ownDnsAddresses(options), logger: logger.child({ part: 'proxy' }) }), startPodNetwork({ ...facts, mode, logger: logger.child({ part: 'network' }) }));
  });
  return {
    async [Symbol.asyncDispose]() {
      forget();
      await Promise.all(parts.map((part) => part[Symbol.asyncDispose]()));
    },
  };
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env, defaultNodeName());
  if (!options) return void process.stdout.write(`${usage}\n`);
  const logger = pino({ level: options.logLevel });
  const meters = new Meters();
  measureProcess(meters);
  const { tracer, stop: stopTracer } = await startTracer(options.traceEndpoint, 'gantry-agent', agentVersion);
  const abort = new AbortController();
  const nodes: AsyncDisposable[] = [];
  const stop = async (why: string): Promise<void> => {
    if (abort.signal.aborted) return;
    abort.abort();
    logger.info({ why }, 'stopping; Pods keep running');
    await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
    await stopTracer();
    process.exit(0);
  };
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => void stop(name));
  process.on('disconnect', () => void stop('the process that started this agent is gone'));
  // Timers of the clock keep no process alive, and while the server is away there may be nothing else.
  setInterval(() => undefined, 60_000);
  if (options.metricsPort !== undefined) logger.info({ port: (await serveMetrics(meters, options.metricsPort)).port }, 'metrics are answered');
  const many = options.nodes > 1;
  for (let index = 1; index <= options.nodes && !abort.signal.aborted; index++) {
    const nodeName = many ? `${options.nodeName}-${index}` : options.nodeName;
    const folder = many ? path.join(options.stateFolder, nodeName) : options.stateFolder;
    nodes.push(await runNode(options, nodeName, folder, { meters, tracer }, logger.child({ node: nodeName }), abort.signal));
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
