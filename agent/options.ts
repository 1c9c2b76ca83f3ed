import { isIPv4 } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { clusterDnsAddress } from './dns/cluster-dns-address.ts';
import type { NetworkMode } from './network/entry.ts';

/** What an agent is told on its command line. */
export interface AgentOptions {
  /** The API: `http://host:7480/graphql`. */
  readonly server: string;
  readonly nodeName: string;
  readonly nodeIP: string | undefined;
  /** Absolute. */
  readonly stateFolder: string;
  readonly joinTokenFile: string | undefined;
  readonly runtime: 'docker' | 'simulated';
  /** Simulated nodes in this process; their names get a number. */
  readonly nodes: number;
  readonly dockerSocket: string;
  readonly clusterCIDR: string;
  readonly serviceCIDR: string;
  /** How packets reach Pods of other nodes. */
  readonly network: NetworkMode;
  readonly heartbeatMs: number;
  readonly clusterDNS: readonly string[];
  readonly clusterDomain: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly staticPodPath: string | undefined;
  readonly logLevel: string;
  /** Where `/metrics` answers, on loopback; undefined: nowhere. */
  readonly metricsPort: number | undefined;
  /** Where traces go, by OTLP over HTTP; undefined: nowhere. */
  readonly traceEndpoint: string | undefined;
}

/** What the command line can say. */
export const usage = `Runs Pods on this machine for a Gantry cluster.

  --server URL             the API (http://127.0.0.1:7480/graphql)
  --node-name NAME         name of this node (the machine's name)
  --node-ip ADDRESS        address at which other machines reach this one (found by itself)
  --state FOLDER           where the credential and the files of Pods are kept (.gantry/agent)
  --join-token-file FILE   holds the token with which a new node joins
  --runtime KIND           docker or simulated (docker)
  --nodes N                how many simulated nodes (1)
  --docker-socket PATH     Docker's socket (from DOCKER_HOST, or /var/run/docker.sock)
  --cluster-cidr RANGE     addresses of all Pods (10.244.0.0/16)
  --service-cidr RANGE     addresses of all Services (10.96.0.0/16)
  --network WAY            how Pods on other nodes are reached: routes (machines share a link) or vxlan (routes)
  --heartbeat SECONDS      how often this node says that it lives (10)
  --cluster-dns ADDRESS    the cluster's DNS; may be given several times, or none (the tenth address of Services);
                           this node answers at those in the range of Services
  --cluster-domain ZONE    the cluster's zone (cluster.local)
  --label KEY=VALUE        a label of this node; may be given several times
  --static-pods FOLDER     manifests of Pods that run without the API
  --metrics-port PORT      answer /metrics (Prometheus) on this port of 127.0.0.1 (off)
  --log-level LEVEL        debug, info, warn, error or silent (info)
  --help                   this page`;

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true } as const;

/** Reads a command line; undefined: the page of help is wanted. Throws with a message for people when something is wrong. */
export function readOptions(argv: readonly string[], environment: Readonly<Record<string, string | undefined>>, machineName: string): AgentOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      'server': text, 'node-name': text, 'node-ip': text, 'state': text, 'join-token-file': text, 'runtime': text, 'nodes': text, 'docker-socket': text, 'cluster-cidr': text,
      'service-cidr': text, 'network': text, 'heartbeat': text, 'cluster-dns': texts, 'cluster-domain': text, 'label': texts, 'static-pods': text, 'log-level': text, 'metrics-port': text, 'help': { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  const runtime = values.runtime ?? 'docker';
  if (runtime !== 'docker' && runtime !== 'simulated') throw new Error(`--runtime is docker or simulated, not ${runtime}`);
  const nodes = Number(values.nodes ?? 1);
  if (!Number.isInteger(nodes) || nodes < 1) throw new Error('--nodes is a whole number of at least 1');
  if (runtime === 'docker' && nodes > 1) throw new Error('--nodes needs --runtime simulated: one Docker Engine is one node');
  const network = values.network ?? 'routes';
  if (network !== 'routes' && network !== 'vxlan') throw new Error(`--network is routes or vxlan, not ${network}`);
  const heartbeatSeconds = Number(values.heartbeat ?? 10);
  if (!(heartbeatSeconds >= 0.1 && heartbeatSeconds <= 3600)) throw new Error('--heartbeat is a number of seconds from 0.1 to 3600');
  return {
    server: serverUrl(values.server ?? 'http://127.0.0.1:7480'),
    nodeName: values['node-name'] ?? machineName,
    nodeIP: values['node-ip'],
    stateFolder: path.resolve(values.state ?? '.gantry/agent'),
    joinTokenFile: values['join-token-file'],
    runtime,
    nodes,
    dockerSocket: values['docker-socket'] ?? socketOf(environment['DOCKER_HOST']),
    clusterCIDR: values['cluster-cidr'] ?? '10.244.0.0/16',
    serviceCIDR: values['service-cidr'] ?? '10.96.0.0/16',
    network,
    heartbeatMs: heartbeatSeconds * 1000,
    clusterDNS: dnsAddresses(values['cluster-dns'], values['service-cidr'] ?? '10.96.0.0/16'),
    clusterDomain: values['cluster-domain'] ?? 'cluster.local',
    labels: Object.fromEntries((values.label ?? []).map(splitLabel)),
    staticPodPath: values['static-pods'] === undefined ? undefined : path.resolve(values['static-pods']),
    logLevel: values['log-level'] ?? 'info',
    metricsPort: portOf('--metrics-port', values['metrics-port']),
    traceEndpoint: environment['OTEL_EXPORTER_OTLP_ENDPOINT'] || undefined,
  };
}

function dnsAddresses(given: readonly string[] | undefined, serviceCIDR: string): readonly string[] {
  const addresses = given ?? [clusterDnsAddress(serviceCIDR) ?? 'none'];
  const wrong = addresses.find((address) => address !== 'none' && !isIPv4(address));
  if (wrong !== undefined) throw new Error(`--cluster-dns is an IPv4 address or none, not ${wrong}`);
  return addresses.filter((address) => address !== 'none');
}

function portOf(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const port = Number(given);
  if (!/^\d+$/.test(given) || port > 65_535) throw new Error(`${name} is a number from 0 to 65535, not ${given}`);
  return port;
}

function serverUrl(given: string): string {
  const url = new URL(given);
  if (url.pathname === '/') url.pathname = '/graphql';
  return url.href;
}

function splitLabel(pair: string): [string, string] {
  const [key = '', ...value] = pair.split('=');
  if (key === '') throw new Error(`--label is KEY=VALUE, not ${pair}`);
  return [key, value.join('=')];
}

function socketOf(dockerHost: string | undefined): string {
  if (!dockerHost) return '/var/run/docker.sock';
  if (dockerHost.startsWith('unix://')) return dockerHost.slice('unix://'.length);
  throw new Error(`the agent talks to Docker over its unix socket, not ${dockerHost}; give --docker-socket PATH`);
}
