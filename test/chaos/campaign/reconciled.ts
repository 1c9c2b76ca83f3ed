import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../../../src/client/client.ts';
import type { ServerProcess } from '../cluster/server-process.ts';
import type { Violation } from '../history.ts';
import { seededRandom } from '../random.ts';
import { eventually } from './eventually.ts';

const name = 'reconciled';
const labels = { app: name };
const scale = 'mutation ($replicas: Int!) { scaleDeployment(name: "reconciled", replicas: $replicas) { revision } }';
const settleWithinMs = 60_000;

/** Makes the Deployment that the reconcilers will be kept busy with; before the first fault, for its answer must come. */
export async function createReconciled(client: Client): Promise<void> {
  await client.create('Deployment', {
    metadata: { name }, spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'none:1' }] } } },
  });
}

/** Keeps the reconcilers busy: the Deployment's number of Pods changes again and again. Whether one of these requests succeeds does not matter. */
export async function runReconciled(clients: readonly Client[], seed: number, signal: AbortSignal): Promise<void> {
  const random = seededRandom(seed + 1_000);
  while (!signal.aborted) {
    await random.pick(clients).request(scale, { replicas: random.below(5) }, { retry: false, timeoutMs: 8_000 }).catch(() => undefined);
    await pause(random.between(50, 400));
  }
}

/** After the last fault someone leads, and makes true what is asked for. */
export async function settleReconciled(clients: readonly Client[], servers: readonly ServerProcess[]): Promise<Violation[]> {
  const client = clients[0]!;
  try {
    await client.request(scale, { replicas: 3 }, { retry: true });
    await eventually('three Pods', settleWithinMs, async () => {
      const { objects } = await client.list('Pod', { namespace: 'default', labelSelector: `app=${name}` });
      const deployment = await client.get('Deployment', { name });
      return (objects.filter(({ metadata }) => metadata.deletionTimestamp === undefined).length === 3 && deployment?.status.replicas === 3) || undefined;
    });
    return [];
  } catch (error) {
    const leading = servers.filter(({ epoch }) => epoch !== undefined).map((server) => server.name);
    return [{ rule: 'state', message: `the reconcilers stand still (${leading.join(', ') || 'nobody'} leads): ${error instanceof Error ? error.message : String(error)}` }];
  }
}
