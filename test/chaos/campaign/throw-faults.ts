import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Database } from '../cluster/database.ts';
import type { DatabasePair } from '../cluster/database-pair.ts';
import { maxConnections } from '../cluster/postgres-node.ts';
import type { ServerProcess } from '../cluster/server-process.ts';
import type { Cluster } from '../cluster/start-cluster.ts';
import type { Fault } from '../plan-schedule.ts';
import { eventually } from './eventually.ts';
import type { SlowWay } from './slow-way.ts';

/** What faults are thrown at. */
export interface Targets {
  readonly cluster: Cluster<DatabasePair>;
  readonly slowWay: SlowWay;
}

const backWithinMs = 180_000;
/** A frozen leader sleeps on until another leads, for on a slow machine that takes longer than its lease; where nobody can lead, at most so long. */
const replacedWithinMs = 20_000;
/** Who still leads so long after everything is mended has not lost its office: it would have said so. */
const sureAfterMs = 15_000;

/**
 * Throws the faults of a schedule at their moments, until `ending` aborts; those that concern the same process come one after the other, others may overlap. Resolves when all is
 * mended, with how long it took each time until somebody led again.
 */
export async function throwFaults(schedule: readonly Fault[], targets: Targets, tell: (fault: Fault, target: string) => void, ending?: AbortSignal): Promise<readonly number[]> {
  let began = Date.now();
  const busy = new Map<string, Promise<void>>();
  const inTurn = async (name: string, run: () => Promise<void>): Promise<void> => {
    const turn = (busy.get(name) ?? Promise.resolve()).then(run);
    busy.set(name, turn.catch(() => undefined));
    await turn;
  };
  const under: Promise<void>[] = [];
  const takeovers: Promise<number | undefined>[] = [];
  const mended = new AbortController();
  for (const fault of schedule) {
    await pause(Math.max(0, began + fault.atMs - Date.now()), undefined, { signal: ending }).catch(() => undefined);
    if (ending?.aborted) break;
    began += await untilWorthwhile(fault, targets.cluster);
    const target = targetOf(fault, targets.cluster);
    const name = target?.name ?? partOf(fault);
    tell(fault, name);
    under.push(inTurn(name, () => {
      const epoch = fault.kind === 'freeze-server' ? undefined : target?.epoch;
      if (epoch !== undefined) takeovers.push(takeover(targets.cluster, epoch, mended.signal));
      return throwFault(fault, target, targets);
    }));
  }
  await Promise.all(under);
  mended.abort();
  return (await Promise.all(takeovers)).filter((ms) => ms !== undefined);
}

/** The process of a server that a fault concerns. Where nobody leads, the server that the schedule names. */
function targetOf({ kind, server }: Fault, cluster: Cluster): ServerProcess | undefined {
  if (kind === 'kill-server' || kind === 'freeze-server') return cluster.servers[server];
  return kind === 'kill-leader' || kind === 'freeze-leader' ? cluster.leader() ?? cluster.servers[server] : undefined;
}

function partOf({ kind }: Fault): string {
  return kind === 'slow-subscriber' ? 'subscriber' : kind === 'mute-notifications' ? 'notifications' : 'postgres';
}

async function throwFault({ kind, forMs }: Fault, target: ServerProcess | undefined, { cluster, slowWay }: Targets): Promise<void> {
  const { database } = cluster;
  switch (kind) {
    case 'kill-server':
    case 'kill-leader':
      await target?.kill();
      await pause(forMs);
      return startAgain(target);
    case 'freeze-leader':
    case 'freeze-server': {
      const replaced = kind === 'freeze-leader' && target?.epoch !== undefined && cluster.servers.length > 1 ? leaderAfter(cluster, target.epoch, replacedWithinMs) : undefined;
      target?.signal('SIGSTOP');
      await Promise.all([pause(forMs), replaced?.catch(() => undefined)]);
      target?.signal('SIGCONT');
      return startAgain(target);
    }
    case 'kill-postgres':
      await database.kill();
      await pause(forMs);
      return database.start();
    case 'failover':
      await database.promote('kill');
      await pause(forMs);
      return database.rejoin();
    case 'mute-notifications':
      database.proxy.mute(true);
      await pause(forMs);
      return database.proxy.mute(false);
    case 'cut-listeners': return withConnection(database, (client) => terminate(client, `application_name = 'gantry listen'`));
    case 'cut-database': return database.proxy.cut();
    case 'slow-subscriber':
      slowWay.block(true);
      await pause(forMs);
      return slowWay.block(false);
    case 'exhaust-connections': return exhaust(database, forMs);
  }
}

/** A machine that is slow to start what was killed is given the time, for faults among the dead show nothing: some server is up, and somebody leads where a leader is meant. Returns how long it waited. */
async function untilWorthwhile({ kind }: Fault, cluster: Cluster): Promise<number> {
  const began = Date.now();
  const isUp = (): boolean => (kind === 'kill-leader' || kind === 'freeze-leader' ? cluster.leader() !== undefined : cluster.servers.some(({ answers }) => answers));
  await eventually('a server is up', backWithinMs, () => isUp() || undefined).catch(() => undefined);
  return Date.now() - began;
}

/** How long it takes from now on until someone leads in a later epoch; undefined where nobody has to, because a leader that slept while nobody could replace it goes on. */
async function takeover(cluster: Cluster, after: number, mended: AbortSignal): Promise<number | undefined> {
  const began = Date.now();
  let goesOnSince: number | undefined;
  const goesOn = (): boolean => {
    if (!mended.aborted || cluster.leader()?.epoch !== after) goesOnSince = undefined;
    else goesOnSince ??= Date.now();
    return goesOnSince !== undefined && Date.now() - goesOnSince > sureAfterMs;
  };
  const led = await eventually(`somebody leads after epoch ${after}`, backWithinMs, () => (hasLeaderAfter(cluster, after) ? 'another' : goesOn() ? 'the same' : undefined)).catch(() => undefined);
  return led === 'another' ? Date.now() - began : undefined;
}

async function leaderAfter(cluster: Cluster, epoch: number, withinMs: number): Promise<void> {
  await eventually(`somebody leads after epoch ${epoch}`, withinMs, () => hasLeaderAfter(cluster, epoch) || undefined);
}

function hasLeaderAfter({ servers }: Cluster, after: number): boolean {
  return servers.some(({ epoch }) => epoch !== undefined && epoch > after);
}

/** A server that cannot start, because the database is away, is started again, as a supervisor does. */
async function startAgain(server: ServerProcess | undefined): Promise<void> {
  if (!server) return;
  await eventually(`${server.name} answers again:\n${server.log}`, backWithinMs, async () => {
    await server.start();
    return server.answers || undefined;
  });
}

async function terminate(client: pg.Client, where: string): Promise<void> {
  await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name <> 'chaos' AND ${where}`);
}

async function withConnection(database: Database, run: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = await database.connect();
  await run(client).finally(() => client.end());
}

/** Takes every connection that PostgreSQL has left, ends those of the servers, takes these too, and gives all back. */
async function exhaust(database: Database, forMs: number): Promise<void> {
  const taken: pg.Client[] = [];
  const takeUntil = async (isEnough: (isRefused: boolean) => boolean): Promise<void> => {
    for (let isRefused = false; !isEnough(isRefused);) {
      const client = await database.connect().catch(() => undefined);
      isRefused = client === undefined;
      if (client) taken.push(client);
      else await pause(10);
    }
  };
  await takeUntil((isRefused) => isRefused || taken.length >= maxConnections);
  if (taken[0]) await terminate(taken[0], `backend_type = 'client backend'`);
  const end = Date.now() + Math.max(forMs, 300);
  await takeUntil(() => Date.now() > end);
  await Promise.all(taken.map((client) => client.end().catch(() => undefined)));
}
