import { pino } from 'pino';
import type { Client } from '../../../src/client/client.ts';
import { createClient } from '../../../src/client/create-client.ts';
import { checkHistory } from '../check-history.ts';
import { startReplicatedCluster } from '../cluster/start-cluster.ts';
import type { Cluster } from '../cluster/start-cluster.ts';
import type { LogEntry, Operation, State, Violation } from '../history.ts';
import { planSchedule } from '../plan-schedule.ts';
import type { Fault, FaultKind } from '../plan-schedule.ts';
import { commandOf } from './command-of.ts';
import { Ends } from './ends.ts';
import { eventually } from './eventually.ts';
import { newestRevision, readLog } from './read-log.ts';
import { createReconciled, runReconciled, settleReconciled } from './reconciled.ts';
import { runWriters } from './run-writers.ts';
import { openSlowWay } from './slow-way.ts';
import { startSubscriber } from './subscribe.ts';
import type { Following } from './subscribe.ts';
import { tailLog } from './tail-log.ts';
import { throwFaults } from './throw-faults.ts';
import { namespace, scope } from './workload.ts';

/** How a campaign is run. */
export interface CampaignOptions {
  readonly seed: number;
  readonly durationMs: number;
  readonly servers: number;
  readonly leaseMs: number;
  /** Between two faults, on average. */
  readonly everyMs: number;
  /** What is thrown; everything unless given. */
  readonly kinds?: readonly FaultKind[];
  readonly writers: number;
  /** Between two requests of a writer, at most. */
  readonly pauseMs: number;
  /** A line for people whenever something happens. */
  readonly tell: (line: string) => void;
  /** When it aborts no more faults are thrown; what is broken is mended, and the history so far is checked. */
  readonly ending?: AbortSignal;
}

/** What a campaign did and found. */
export interface CampaignReport {
  readonly seed: number;
  /** The command that throws the same faults. */
  readonly again: string;
  /** Those that were thrown. */
  readonly faults: readonly Fault[];
  readonly operations: readonly Operation[];
  readonly changes: number;
  readonly subscribers: readonly { readonly name: string; readonly received: number; readonly subscriptions: number }[];
  readonly lostNotifications: number;
  /** From the end or the freezing of each leader to the moment when the reconcilers of another, or of its next life, went on. */
  readonly takeoverMs: readonly number[];
  readonly violations: readonly Violation[];
  /** The end of the servers' logs, to look into violations. */
  readonly serverLogs: string;
}

const settleWithinMs = 60_000;
/** Writers go on after the last fault until so many requests were acknowledged. */
const wantedAcknowledged = 30;
const lastKey = `${scope}last`;

/** Runs servers, clients, subscribers and faults for a time, lets everything come to rest, and checks the history. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const schedule = planSchedule(options);
  await using cluster = await startReplicatedCluster(options);
  await using ends = new Ends();
  const logger = pino({ level: 'silent' });
  const connect = (url: string, pingAfterMs: number): Client => ends.use(createClient({ url, token: cluster.token, logger, socket: { pingAfterMs, pongWithinMs: 1_000, connectWithinMs: 3_000 } }));
  const clients = cluster.servers.map(({ url }) => connect(url, 1_000));
  const slowWay = ends.use(await openSlowWay(cluster.servers[0]!.url));
  await clients[0]!.create('Namespace', { metadata: { name: namespace } });
  await createReconciled(clients[0]!);

  const [writing, watching] = [new AbortController(), new AbortController()];
  ends.defer(() => { writing.abort(); watching.abort(); });
  const tail = tailLog(cluster.database, watching.signal);
  const subscribers = [
    ...clients.map((client, at) => startSubscriber(`${cluster.servers[at]!.name}'s subscriber`, [client], watching.signal)),
    startSubscriber('the wandering subscriber', clients, watching.signal),
    startSubscriber('the slow subscriber', [connect(slowWay.url, 30_000)], watching.signal, 1),
  ];
  const operations: Operation[] = [];
  let ticks = 0;
  const workload = [
    runWriters({ ...options, clients, signal: writing.signal, tick: () => ++ticks, record: (operation) => operations.push(operation) }),
    runReconciled(clients, options.seed, writing.signal),
  ];
  const began = Date.now();
  const tell = (line: string): void => options.tell(`${String(Date.now() - began).padStart(7)} ms  ${line}`);
  const thrown: Fault[] = [];
  const takeoverMs = await throwFaults(schedule, { cluster, slowWay }, (fault, target) => {
    thrown.push(fault);
    tell(`${fault.kind} ${target} for ${fault.forMs} ms`);
  }, options.ending);
  tell('everything is mended');
  const isEnough = () => operations.filter(({ outcome }) => outcome.type === 'acknowledged').length >= wantedAcknowledged;
  await eventually('clients are answered', settleWithinMs, () => isEnough() || undefined).catch(() => undefined);
  writing.abort();
  await Promise.all(workload);

  const problems: Violation[] = await settleReconciled(clients, cluster.servers);
  tell('the reconcilers have come to rest');
  operations.push(await writeLast(clients[0]!, () => ++ticks));
  const final = await endOf(cluster);
  await untilCaughtUp(subscribers, final, tail);
  tell('the subscribers have everything');
  watching.abort();
  await Promise.all([tail.ended, ...subscribers.map(({ ended }) => ended)]);
  const log = tail.log.filter(({ revision }) => revision <= final.revision);
  for (const { name, failure } of subscribers) if (failure) problems.push({ rule: 'subscription', message: `${name} ended: ${failure instanceof Error ? failure.message : String(failure)}` });
  const states = await Promise.all(clients.map((client, at) => stateOf(cluster.servers[at]!.name, client, final.revision)));
  for (const { server, revision } of states) if (revision < final.revision) problems.push({ rule: 'state', message: `${server} still answers with revision ${revision}; the log is at ${final.revision}` });
  return {
    seed: options.seed, again: commandOf(options), faults: thrown, operations, changes: log.length, takeoverMs, lostNotifications: cluster.database.proxy.lost,
    subscribers: subscribers.map(({ name, received, subscriptions }) => ({ name, received: received.length, subscriptions })),
    violations: [...problems, ...checkHistory({ scope, log, logAtEnd: final.log, operations, writers: tail.writers, subscribers, states })],
    serverLogs: cluster.servers.map(({ name, log: lines }) => `--- ${name}\n${lines}`).join('\n'),
  };
}

/** One object at a revision of its own. */
async function writeLast(client: Client, tick: () => number): Promise<Operation> {
  const startedAt = tick();
  const { metadata } = await client.create('ConfigMap', { metadata: { namespace, name: 'last' }, data: { value: 'last' } });
  return { id: 'last', startedAt, endedAt: tick(), intents: [{ type: 'create', key: lastKey }], outcome: { type: 'acknowledged', revision: Number(metadata.resourceVersion) } };
}

/** The whole log that the database still has, and its newest revision. */
async function endOf(cluster: Cluster): Promise<{ readonly revision: number; readonly log: readonly LogEntry[] }> {
  const client = await cluster.database.connect();
  try {
    const { rows: [row] } = await client.query<{ horizon: string }>('SELECT horizon FROM revision WHERE id = 1');
    const revision = await newestRevision(client);
    const log: LogEntry[] = [];
    for (let after = Number(row?.horizon); after < revision; after = log.at(-1)?.revision ?? revision) log.push(...(await readLog(client, after)).filter((entry) => entry.revision <= revision));
    return { revision, log };
  } finally {
    await client.end();
  }
}

/**
 * Whoever was given the last write was given everything: it is alone at its revision. (The first object of a larger change set would not do: the others come in
 * messages of their own.)
 */
async function untilCaughtUp(subscribers: readonly Following[], { revision }: Awaited<ReturnType<typeof endOf>>, tail: { readonly upTo: number }): Promise<void> {
  const isThere = ({ wasGiven, failure }: Following): boolean => wasGiven(lastKey) || failure !== undefined;
  // Who never arrives is a violation that the checker words better than a timeout.
  await eventually('subscribers have caught up', settleWithinMs, () => (subscribers.every(isThere) && tail.upTo >= revision) || undefined).catch(() => undefined);
}

/** What a server answers once it has heard of a revision, or at last where it never does. */
async function stateOf(server: string, client: Client, wanted: number): Promise<State> {
  let answer = await client.list('ConfigMap', { namespace });
  await eventually(`${server} is at revision ${wanted}`, settleWithinMs, async () => Number((answer = await client.list('ConfigMap', { namespace })).revision) >= wanted || undefined).catch(() => undefined);
  return { server, revision: Number(answer.revision), values: new Map(answer.objects.map(({ metadata, data }) => [scope + metadata.name, data?.['value'] ?? ''])) };
}
