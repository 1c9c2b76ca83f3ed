import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Client } from '../../src/client/client.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { wait } from '../../src/lib/wait.ts';
import { startKubelet } from '../kubelet/kubelet.ts';
import type { NodeFacts, PodStatusSink } from '../kubelet/kubelet-context.ts';
import type { PodGuard } from '../kubelet/pod-guard.ts';
import type { ProbeHandler } from '../kubelet/probes/probe-handler.ts';
import { runningUid } from '../kubelet/static/mirror.ts';
import { startStaticPods } from '../kubelet/static/static-pods.ts';
import type { PodVolumes } from '../kubelet/volumes/pod-volumes.ts';
import type { Runtime, RuntimeFacts } from '../runtime/runtime.ts';
import { feedView } from './feed-view.ts';
import { runHeartbeat } from './heartbeat.ts';
import { createNodeView } from './node-view.ts';
import type { NodeView } from './node-view.ts';
import { createPodEvents } from './pod-events.ts';
import { createStatusSink } from './pod-reports.ts';
import { register } from './register.ts';
import { reportStatus } from './report-status.ts';
import { serveRequests } from './serve-requests.ts';
import { whenPodCIDRKnown } from './when-pod-cidr-known.ts';

/** What one node is made of. */
export interface NodeOptions {
  readonly nodeName: string;
  readonly nodeIP: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly agentVersion: string;
  readonly clusterCIDR: string;
  readonly clusterDomain: string;
  /** Under the node's own credential. */
  readonly client: Client;
  readonly runtime: Runtime;
  readonly volumes: PodVolumes;
  readonly probe: ProbeHandler;
  /** Puts something around the way of statuses to the server; they go straight where left out. */
  readonly wrapStatus?: ((sink: PodStatusSink) => PodStatusSink) | undefined;
  /** Holds NetworkPolicies; nobody does where left out. */
  readonly startGuard?: ((view: NodeView) => PodGuard & AsyncDisposable) | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly heartbeatMs?: number | undefined;
  /** Folder of manifests that run without the API. */
  readonly staticPodPath?: string | undefined;
}

/** A node at work. Disposing stops the agent's part and leaves its Pods running. */
export interface RunningNode extends AsyncDisposable {
  readonly view: NodeView;
}

const registerAgainMs = 1000;

/** Starts a node: it registers, says that it lives, reports its status, and runs its Pods. Works on through the absence of the server and of the runtime. */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { nodeName, nodeIP, folder, client, runtime, clock, logger } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const view = createNodeView(nodeName);
  const abort = new AbortController();
  const { signal } = abort;
  let facts: RuntimeFacts | undefined;

  const nodeFacts = (): NodeFacts => ({ hostIP: nodeIP, allocatable: view.node()?.status.allocatable ?? {}, memoryBytes: facts?.memoryBytes ?? 0, clusterDomain: options.clusterDomain });
  const registerUntilDone = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        facts = await runtime.facts();
        await register(client, { nodeName, architecture: facts.architecture, labels: options.labels, proposedCIDR: await runtime.network.proposedCIDR(options.clusterCIDR) });
        return;
      } catch (error) {
        if (!signal.aborted) logger.warn({ err: error }, 'this node could not be registered; trying again');
        await wait(registerAgainMs, clock, signal).catch(() => undefined);
      }
    }
  };
  // The server asks by the uid of a mirror; its containers carry that of the static Pod.
  const runs = (uid: string): string => {
    const pod = view.pods().find(({ metadata }) => metadata.uid === uid);
    return pod ? runningUid(pod) : uid;
  };
  let registering: Promise<void> | undefined;
  const onUnknown = (): void => {
    registering ??= registerUntilDone().finally(() => { registering = undefined; });
  };

  const events = createPodEvents({ client, nodeName, clock, logger });
  void ensureNetworkEarly(view, runtime, folder, logger);
  const guard = options.startGuard?.(view);
  const kubelet = startKubelet({
    view, guard, runtime, volumes: options.volumes, probe: options.probe, clock, logger, node: nodeFacts,
    status: options.wrapStatus?.(createStatusSink(client)) ?? createStatusSink(client), events,
  });
  const statics = options.staticPodPath === undefined ? undefined
    : startStaticPods({ folder: options.staticPodPath, nodeName, kubelet, view, client, clock, logger });
  onUnknown();
  const running = Promise.all([
    feedView(view, nodeName, client, clock, logger, signal),
    (registering ?? Promise.resolve()).then(() => runHeartbeat({ nodeName, client, clock, logger, signal, onUnknown, everyMs: options.heartbeatMs })),
    reportStatus({ nodeName, nodeIP, folder, agentVersion: options.agentVersion, runtime, view, client, clock, logger, signal, onFacts: (next) => { facts = next; } }),
    serveRequests({ nodeName, client, runtime: { inspectPod: (uid) => runtime.inspectPod(runs(uid)), logs: (...log) => runtime.logs(...log) }, clock, logger, signal }),
  ]);
  return {
    view,
    async [Symbol.asyncDispose]() {
      abort.abort();
      statics?.[Symbol.dispose]();
      await kubelet[Symbol.asyncDispose]();
      await events[Symbol.asyncDispose]();
      await guard?.[Symbol.asyncDispose]();
      await Promise.race([running, wait(5000, clock)]);
    },
  };
}

/** The range of Pod addresses that this node had last: with it Pods can start before the server answers. */
const rangeFile = (folder: string): string => path.join(folder, 'pod-cidr');

/** Makes the Pod network as soon as the range is known: at once with the range of the last run. */
async function ensureNetworkEarly(view: NodeView, runtime: Runtime, folder: string, logger: Logger): Promise<void> {
  const complain = (error: unknown): void => logger.warn({ err: error }, 'the Pod network could not be made yet');
  const known = (await readFile(rangeFile(folder), 'utf8').catch(() => '')).trim();
  if (known) await runtime.network.ensure(known).catch(complain);
  whenPodCIDRKnown(view, (podCIDR) => {
    void runtime.network.ensure(podCIDR).then(() => writeFile(rangeFile(folder), podCIDR)).catch(complain);
  });
}

/** Where a node keeps what belongs to its Pods. */
export function podsFolder(folder: string): string {
  return path.join(folder, 'pods');
}
