import { hostname } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { documentsOnlyFor } from '../api/documents/known-documents.ts';
import type { DocumentRules } from '../api/documents/known-documents.ts';
import { overlaps, parsePool } from '../controllers/load-balancer/address-pool.ts';
import type { AddressPool } from '../controllers/load-balancer/address-pool.ts';
import type { Limits } from '../api/limits.ts';
import { readDatabaseUrl } from '../store/database-address.ts';
import { readLimits } from './limit-settings.ts';

/** What one server process can do. */
export type Role = 'api' | 'controllers' | 'scheduler';

/** Everything that can be set from outside. Defaults and meanings stand in the README's table of configuration. */
export interface Config {
  readonly stateFolder: string;
  readonly host: string;
  readonly port: number;
  /** Undefined: the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined;
  /** Undefined: Docker's own default socket. */
  readonly dockerSocket: string | undefined;
  readonly nodeName: string;
  /** How this machine's agent reaches Pods of other nodes. */
  readonly network: 'routes' | 'vxlan';
  readonly serviceCIDR: string;
  readonly podCIDR: string;
  readonly nodePortRange: readonly [number, number];
  /** Where Services of type LoadBalancer get their addresses. */
  readonly loadBalancerPool: AddressPool | undefined;
  readonly roles: ReadonlySet<Role>;
  readonly logLevel: string;
  /** Start without the hello cluster. */
  readonly empty: boolean;
  /** Start without an agent for this machine. */
  readonly withAgent: boolean;
  readonly leaseDurationMs: number;
  readonly nodeMonitorPeriodMs: number;
  readonly nodeMonitorGraceMs: number;
  readonly defaultTolerationSeconds: number;
  /** Where this machine's agent answers /metrics, on loopback; undefined: nowhere. */
  readonly agentMetricsPort: number | undefined;
  /** Where a server without the API answers /metrics and /healthz, on loopback; undefined: nowhere. */
  readonly metricsPort: number | undefined;
  /** Where traces go, by OTLP over HTTP; undefined: nowhere. */
  readonly traceEndpoint: string | undefined;
  /** How long a node's credential is good for. */
  readonly nodeCredentialMs: number;
  /** How long the change log is kept. */
  readonly historyMs: number;
  readonly limits: Limits;
  /** Folder of documents that are known by their hash. */
  readonly documentsFolder: string | undefined;
  /** Who may only run known documents. */
  readonly documentsOnlyFor: DocumentRules['onlyFor'];
}

/** All that is wrong with the configuration, a line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const defaultRanges = { GANTRY_SERVICE_CIDR: '10.96.0.0/16', GANTRY_POD_CIDR: '10.244.0.0/16' } as const;

const allRoles: readonly Role[] = ['api', 'controllers', 'scheduler'];

/** What the command line says. A `--` in front, as npm and people write it, is passed over. */
function readArguments(argv: readonly string[]) {
  try {
    return parseArgs({
      args: argv.filter((argument, at) => argument !== '--' || at > 0), strict: true, allowPositionals: false,
      options: { empty: { type: 'boolean' }, agent: { type: 'string' }, roles: { type: 'string' }, port: { type: 'string' }, host: { type: 'string' } },
    }).values;
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message.replace(/\. To specify.*$/s, '') : String(error)}; known are --empty, --agent no, --roles, --port and --host`, { cause: error });
  }
}

/** Reads configuration from the environment and the command line; the command line wins. Throws ConfigError that names every bad value. */
export function readConfig(env: Readonly<Record<string, string | undefined>>, argv: readonly string[]): Config {
  const problems: string[] = [];
  const values = readArguments(argv);
  const number = (name: string, text: string | undefined, fallback: number, least: number, most: number): number => {
    if (text === undefined || text === '') return fallback;
    const value = Number(text);
    if (Number.isFinite(value) && value >= least && value <= most) return value;
    problems.push(`${name} is ${JSON.stringify(text)}; a number from ${least} to ${most} is wanted`);
    return fallback;
  };
  const url = (name: string, text: string | undefined): string | undefined => {
    if (!text || /^https?:\/\/[^\s]+$/.test(text) && URL.canParse(text)) return text || undefined;
    problems.push(`${name} is ${JSON.stringify(text)}; an address such as http://127.0.0.1:4318 is wanted`);
    return undefined;
  };
  const seconds = (name: string, fallback: number) => number(name, env[name], fallback, 0.1, 1e7) * 1000;
  const databaseUrl = env['DATABASE_URL'] || undefined;
  try { if (databaseUrl !== undefined) readDatabaseUrl(databaseUrl); } catch (error) { problems.push(`DATABASE_URL: ${error instanceof Error ? error.message : String(error)}`); }
  const roles = (values.roles ?? env['GANTRY_ROLES'] ?? allRoles.join(',')).split(',').filter(Boolean);
  for (const role of roles) if (!allRoles.includes(role as Role)) problems.push(`roles: ${JSON.stringify(role)} is none of ${allRoles.join(', ')}`);
  const onlyFor = documentsOnlyFor.find((who) => who === (env['GANTRY_DOCUMENTS_ONLY_FOR'] || 'nobody'));
  if (!onlyFor) problems.push(`GANTRY_DOCUMENTS_ONLY_FOR is ${JSON.stringify(env['GANTRY_DOCUMENTS_ONLY_FOR'])}; one of ${documentsOnlyFor.join(', ')} is wanted`);
  const range = /^(\d+)-(\d+)$/.exec(env['GANTRY_NODE_PORTS'] ?? '30000-32767');
  if (!range) problems.push(`GANTRY_NODE_PORTS is ${JSON.stringify(env['GANTRY_NODE_PORTS'])}; a range such as 30000-32767 is wanted`);
  const poolText = env['GANTRY_LOAD_BALANCER_CIDR'];
  const loadBalancerPool = poolText ? parsePool(poolText) : undefined;
  if (poolText && !loadBalancerPool) problems.push(`GANTRY_LOAD_BALANCER_CIDR is ${JSON.stringify(poolText)}; ranges such as 192.0.2.240/28, with commas between, are wanted`);
  for (const name of ['GANTRY_SERVICE_CIDR', 'GANTRY_POD_CIDR'] as const) if (loadBalancerPool && overlaps(loadBalancerPool, env[name] || defaultRanges[name])) problems.push(`GANTRY_LOAD_BALANCER_CIDR overlaps ${name} (${env[name] || defaultRanges[name]}); addresses of the nodes' own network are wanted`);
  const network = env['GANTRY_NETWORK'] || 'routes';
  if (network !== 'routes' && network !== 'vxlan') problems.push(`GANTRY_NETWORK is ${JSON.stringify(network)}; routes or vxlan is wanted`);
  const dockerHost = env['DOCKER_HOST'];
  if (dockerHost && !dockerHost.startsWith('unix://')) problems.push(`DOCKER_HOST is ${JSON.stringify(dockerHost)}; the agent needs a unix:// socket on its own machine`);
  const config: Config = {
    stateFolder: path.resolve(env['GANTRY_STATE'] || '.gantry'),
    host: values.host ?? env['GANTRY_HOST'] ?? '127.0.0.1',
    port: number('GANTRY_PORT', values.port ?? env['GANTRY_PORT'], 7480, 0, 65_535),
    databaseUrl,
    dockerSocket: dockerHost ? dockerHost.slice('unix://'.length) : undefined,
    nodeName: (env['GANTRY_NODE_NAME'] || hostname()).toLowerCase(),
    network: network === 'vxlan' ? 'vxlan' : 'routes',
    serviceCIDR: env['GANTRY_SERVICE_CIDR'] || defaultRanges.GANTRY_SERVICE_CIDR,
    podCIDR: env['GANTRY_POD_CIDR'] || defaultRanges.GANTRY_POD_CIDR,
    nodePortRange: range ? [Number(range[1]), Number(range[2])] : [30_000, 32_767],
    loadBalancerPool,
    roles: new Set(roles as Role[]),
    logLevel: env['GANTRY_LOG'] || 'info',
    empty: values.empty ?? false,
    withAgent: (values.agent ?? 'yes') !== 'no',
    leaseDurationMs: seconds('GANTRY_LEASE_SECONDS', 15),
    nodeMonitorPeriodMs: seconds('GANTRY_NODE_MONITOR_PERIOD_SECONDS', 5),
    nodeMonitorGraceMs: seconds('GANTRY_NODE_MONITOR_GRACE_SECONDS', 50),
    defaultTolerationSeconds: number('GANTRY_DEFAULT_TOLERATION_SECONDS', env['GANTRY_DEFAULT_TOLERATION_SECONDS'], 300, 0, 1e7),
    metricsPort: env['GANTRY_METRICS_PORT'] ? number('GANTRY_METRICS_PORT', env['GANTRY_METRICS_PORT'], 0, 1, 65_535) : undefined,
    agentMetricsPort: env['GANTRY_AGENT_METRICS_PORT'] ? number('GANTRY_AGENT_METRICS_PORT', env['GANTRY_AGENT_METRICS_PORT'], 0, 1, 65_535) : undefined,
    traceEndpoint: url('OTEL_EXPORTER_OTLP_ENDPOINT', env['OTEL_EXPORTER_OTLP_ENDPOINT']),
    nodeCredentialMs: seconds('GANTRY_NODE_CREDENTIAL_SECONDS', 30 * 86_400),
    historyMs: seconds('GANTRY_HISTORY_SECONDS', 86_400),
    limits: readLimits((setting, fallback, least) => number(setting, env[setting], fallback, least, 1e9)),
    documentsFolder: env['GANTRY_DOCUMENTS'] || undefined,
    documentsOnlyFor: onlyFor ?? 'nobody',
  };
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return config;
}
