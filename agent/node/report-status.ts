import type { Logger } from 'pino';
import type { KindCalls, NodeCalls } from '../../src/client/client.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { wait } from '../../src/lib/wait.ts';
import type { Node } from '../../src/model/object.ts';
import type { Runtime, RuntimeFacts, RuntimeProblem } from '../runtime/runtime.ts';
import { readMachineUse, readSystemInfo } from './machine.ts';
import type { NodeView } from './node-view.ts';
import { isWorthReporting, planNodeStatus } from './plan-node-status.ts';
import type { NodeObservation } from './plan-node-status.ts';

/** What reports a node's status. */
export interface StatusReporter {
  readonly nodeName: string;
  readonly nodeIP: string;
  readonly folder: string;
  readonly agentVersion: string;
  readonly runtime: Pick<Runtime, 'facts' | 'images' | 'network' | 'problem'>;
  readonly view: Pick<NodeView, 'node' | 'onChange'>;
  readonly client: Pick<KindCalls, 'updateStatus'> & Pick<NodeCalls, 'recordEvents'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Facts of the runtime while it answered last. */
  onFacts(facts: RuntimeFacts): void;
  /** Every 10 s where left out. */
  readonly everyMs?: number | undefined;
}

async function observe({ runtime, nodeName, nodeIP, folder, agentVersion, onFacts, view }: StatusReporter, before: RuntimeFacts | undefined): Promise<NodeObservation> {
  const use = await readMachineUse(folder, before?.dataFolder);
  const base = { nodeName, nodeIP, use };
  const failing = (problem: RuntimeProblem): NodeObservation => ({ ...base, facts: undefined, images: [], info: undefined, problem, networkProblem: undefined });
  const hindrance = await runtime.problem();
  if (hindrance) return failing(hindrance);
  try {
    const [facts, images] = await Promise.all([runtime.facts(), runtime.images()]);
    onFacts(facts);
    const podCIDR = view.node()?.spec.podCIDR;
    const networkProblem = podCIDR === undefined ? 'this node has no range of Pod addresses yet'
      : await runtime.network.ensure(podCIDR).then(() => undefined, (error: unknown) => `the Pod network ${podCIDR} can't be made: ${(error as Error).message}`);
    // Where the engine keeps its data is known from now on.
    const fresh = before ? base : { ...base, use: await readMachineUse(folder, facts.dataFolder) };
    return { ...fresh, facts, images, info: await readSystemInfo(facts, agentVersion), problem: undefined, networkProblem };
  } catch (error) {
    return failing({ reason: 'DockerNotResponding', message: (error as Error).message });
  }
}

/** Looks at this machine every 10 s, and at once when its Node changes; writes the status when it says something new, and every 5 min. */
export async function reportStatus(reporter: StatusReporter): Promise<void> {
  const { view, client, nodeName, clock, logger, signal, everyMs = 10_000 } = reporter;
  let last: Node | undefined;
  let facts: RuntimeFacts | undefined;
  let problem: RuntimeProblem | undefined;
  let lookNow = (): void => undefined;
  const unsubscribe = view.onChange((keys) => (keys.includes(`Node//${nodeName}`) || keys.includes('synced')) && lookNow());
  while (!signal.aborted) {
    const seen = await observe(reporter, facts);
    facts = seen.facts ?? facts;
    const held = newer(view.node(), last);
    if (held && seen.problem?.reason !== problem?.reason) announce(held, seen.problem, reporter);
    if (held) problem = seen.problem;
    const status = planNodeStatus(held?.status, seen, clock.now());
    if (held && isWorthReporting(held, status, clock.now())) {
      try {
        last = await client.updateStatus('Node', { name: nodeName, uid: held.metadata.uid }, status, { signal });
      } catch (error) {
        if (!signal.aborted) logger.warn({ err: error }, 'the status of this node was not written; trying again');
      }
    }
    const woken = new Promise<void>((resolve) => { lookNow = resolve; });
    await Promise.race([wait(everyMs, clock, signal).catch(() => undefined), woken]);
    // Changes that come together, our own echo among them, are one look.
    if (!signal.aborted) await wait(200, clock, signal).catch(() => undefined);
  }
  unsubscribe();
}

/** Records an event when the engine stops working, and when it works again. Does not wait: the server may be away. */
function announce({ metadata: { name, uid } }: Node, problem: RuntimeProblem | undefined, { client, logger, signal }: StatusReporter): void {
  const said = problem ? { type: 'Warning', ...problem } as const : { type: 'Normal', reason: 'NodeReady', message: 'The container runtime works again.' } as const;
  logger.warn(said, problem ? 'the container runtime does not work' : 'the container runtime works again');
  const event = { involvedObject: { apiVersion: 'v1', kind: 'Node', name, uid }, ...said, component: 'kubelet', host: name };
  client.recordEvents([event], { signal }).catch((error: unknown) => logger.debug({ err: error }, 'an event was not recorded'));
}

function newer(one: Node | undefined, other: Node | undefined): Node | undefined {
  if (!one || !other || one.metadata.uid !== other.metadata.uid) return one;
  return BigInt(other.metadata.resourceVersion) > BigInt(one.metadata.resourceVersion) ? other : one;
}
