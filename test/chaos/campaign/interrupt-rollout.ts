import { pino } from 'pino';
import { createClient } from '../../../src/client/create-client.ts';
import type { Pod } from '../../../src/model/object.ts';
import { startAgent } from '../cluster/agent-process.ts';
import type { AgentProcess } from '../cluster/agent-process.ts';
import { startCluster } from '../cluster/start-cluster.ts';
import type { Cluster } from '../cluster/start-cluster.ts';
import { seededRandom } from '../random.ts';
import { eventually } from './eventually.ts';
import { newestRevision } from './read-log.ts';
import type { RolloutPlace } from './rollout-place.ts';

/** How a rollout is disturbed. */
export interface RolloutOptions {
  readonly seed: number;
  readonly kills: number;
  /** Stays as it is. */
  readonly place: RolloutPlace;
  readonly tell: (line: string) => void;
  /** When it aborts nothing is killed any more, and the rollout finishes. */
  readonly ending?: AbortSignal;
}

/** What is there at the end. */
export interface RolloutReport {
  readonly kills: number;
  /** How many kills came while Pods of both versions were there. */
  readonly inTheMiddle: number;
  readonly pods: readonly Pod[];
  /** Names of the ReplicaSets and how many Pods they want. */
  readonly replicaSets: readonly { readonly image: string; readonly wanted: number; readonly found: number }[];
}

const name = 'rolled';
const labels = { app: name };
const lookWithinMs = 180_000;

/**
 * Rolls a Deployment from version to version while its only server is killed again and again, each time after a few changes more,
 * and lets the last rollout finish. A version is rolled out as soon as the one before is complete.
 */
export async function interruptRollout(options: RolloutOptions): Promise<RolloutReport> {
  const { place } = options;
  const { replicas, command } = place;
  await using cluster = await startCluster({ servers: 1, leaseMs: 3_000 });
  const server = cluster.servers[0]!;
  await using client = createClient({ url: server.url, token: cluster.token, logger: pino({ level: 'silent' }) });
  const join = await client.request<{ result: { token: string } }>('mutation { result: createJoinToken(expiresInSeconds: 600) { token } }');
  await using agent = await startAgent({ server: server.url, joinToken: join.result.token, folder: cluster.folder, more: place.agentArguments });
  let version = 1, image = await place.image(version);
  const containers = () => [{ name: 'main', image, ...(command ? { command: [...command] } : {}) }];
  const podsOf = async (): Promise<readonly Pod[]> => (await client.list('Pod', { namespace: 'default', labelSelector: `app=${name}` })).objects;
  const isComplete = (pods: readonly Pod[]): boolean => pods.length === replicas && pods.every((pod) => imageOf(pod) === image && isReady(pod));
  await client.create('Deployment', {
    metadata: { name }, spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: containers() } } },
  });
  await settle('the first version runs', agent, async () => isComplete(await podsOf()) || undefined);

  const random = seededRandom(options.seed);
  let inTheMiddle = 0, kills = 0;
  while (kills < options.kills && options.ending?.aborted !== true) {
    const before = await podsOf();
    if (isComplete(before)) {
      image = await place.image(++version);
      await client.patch('Deployment', { name }, { spec: { template: { spec: { containers: containers() } } } }, { retry: true });
    }
    await afterChanges(cluster, 2 + random.below(8));
    const images = new Set((await podsOf().catch(() => before)).map(imageOf));
    if (images.size > 1) inTheMiddle++;
    await server.kill();
    options.tell(`kill ${++kills} of ${options.kills}, with Pods of ${[...images].join(' and ')}`);
    await settle(`the server answers again:\n${server.log}`, agent, async () => { await server.start(); return server.answers || undefined; });
  }
  await settle(`the last version, ${image}, runs`, agent, async () => isComplete(await podsOf()) || undefined).catch(async (error: unknown) => {
    const { status } = (await client.get('Deployment', { name }))!;
    throw new Error(`${String(error)}\n${JSON.stringify(status)}\n${(await podsOf()).map(describe).join('\n')}\n${server.log}`, { cause: error });
  });
  await settle('the Deployment is up to date', agent, async () => {
    const { status, metadata } = (await client.get('Deployment', { name }))!;
    const { objects: sets } = await client.list('ReplicaSet', { namespace: 'default', labelSelector: `app=${name}` });
    if (!sets.every((set) => set.status.observedGeneration === set.metadata.generation && set.status.replicas === set.spec.replicas)) return undefined;
    return (status.observedGeneration === metadata.generation && status.updatedReplicas === replicas && status.replicas === replicas && status.availableReplicas === replicas) || undefined;
  });
  const pods = await podsOf();
  let problem: string | undefined = '';
  await eventually('nothing else runs', lookWithinMs, async () => (problem = await place.problem(pods)) === undefined || undefined).catch(() => { throw new Error(problem); });
  const { objects: sets } = await client.list('ReplicaSet', { namespace: 'default', labelSelector: `app=${name}` });
  return {
    kills, inTheMiddle, pods,
    replicaSets: sets.map(({ spec, status }) => ({ image: spec.template.spec.containers[0]?.image ?? '', wanted: spec.replicas, found: status.replicas })),
  };
}

async function settle<T>(what: string, agent: AgentProcess, look: () => Promise<T | undefined>): Promise<void> {
  await eventually(what, lookWithinMs, look).catch((error: unknown) => { throw new Error(`${String(error)}\n${agent.log()}`, { cause: error }); });
}

/** Waits until so many revisions more are in the log, or nothing is left to change. */
async function afterChanges(cluster: Cluster, changes: number): Promise<void> {
  const database = await cluster.database.connect();
  const start = await newestRevision(database);
  await eventually('the log grows', 5_000, async () => await newestRevision(database) >= start + changes || undefined).catch(() => undefined);
  await database.end();
}

function describe(pod: Pod): string {
  const { name: podName, deletionTimestamp } = pod.metadata;
  return `${podName} ${imageOf(pod)} on ${pod.spec.nodeName ?? 'no node'}: ${pod.status.phase}, ${isReady(pod) ? 'ready' : 'not ready'}${deletionTimestamp ? `, to go since ${deletionTimestamp}` : ''}`;
}

function imageOf(pod: Pod): string {
  return pod.spec.containers[0]?.image ?? '';
}

function isReady({ status, metadata }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && status.conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True');
}
