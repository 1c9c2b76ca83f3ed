import { wait } from '../../src/lib/wait.ts';
import { conditionOf } from '../../src/model/conditions.ts';
import type { Pod } from '../../src/model/object.ts';
import type { NodeView } from '../node/node-view.ts';
import type { PodIdentity } from '../runtime/runtime.ts';
import { identityOf } from './container-spec.ts';
import type { KubeletContext, PodStatusSink } from './kubelet-context.ts';
import { createPodWorker } from './pod-worker.ts';
import type { PodWorker } from './pod-worker.ts';
import { isMirror } from './static/mirror.ts';

const stopMs = 3000;

/** What the kubelet needs besides its context. */
export interface KubeletOptions extends Omit<KubeletContext, 'view'> {
  readonly view: NodeView;
  /** How often the runtime is listed to repair lost events. 10 s where left out. */
  readonly relistMs?: number | undefined;
  /** How often every Pod is looked at again. 60 s where left out. */
  readonly resyncMs?: number | undefined;
  /** How often it is looked how much volumes with a limit hold. 60 s where left out. */
  readonly sizeCheckMs?: number | undefined;
}

/** Makes this node run what the view says. */
export interface Kubelet extends AsyncDisposable {
  /** The worker of a Pod, for logs. */
  worker(podUid: string): PodWorker | undefined;
  /** Runs a Pod that is not from the API, until `removeStatic`; its status goes to a sink of its own. */
  addStatic(pod: Pod, status: PodStatusSink): void;
  removeStatic(podUid: string): void;
}

/**
 * Starts. Before the view is synced nothing is started and nothing is stopped, except static Pods. After it, containers of Pods that the view does not
 * name are ended. Disposing leaves all containers running: the next kubelet adopts them.
 */
export function startKubelet({ view, relistMs = 10_000, resyncMs = 60_000, sizeCheckMs = 60_000, ...rest }: KubeletOptions): Kubelet {
  const context: KubeletContext = { ...rest, view };
  const { runtime, clock, logger } = context;
  const nodeReadiness = () => conditionOf(view.node()?.status.conditions, 'Ready')?.status;
  const workers = new Map<string, PodWorker>();
  const statics = new Set<string>();
  const fingerprints = new Map<string, string>();
  const abort = new AbortController();
  const cancels = new Set<() => void>();

  const workerFor = (identity: PodIdentity, status = context.status): PodWorker => {
    const existing = workers.get(identity.uid);
    if (existing) return existing;
    const worker = createPodWorker(identity, { ...context, status }, () => {
      workers.delete(identity.uid);
      context.guard?.release(identity.uid);
    });
    workers.set(identity.uid, worker);
    return worker;
  };

  const syncPods = (): void => {
    if (!view.synced) return;
    const pods = view.pods();
    const present = new Set(pods.map(({ metadata }) => metadata.uid));
    for (const pod of pods) if (workers.get(pod.metadata.uid)?.pod() !== pod && !isMirror(pod)) workerFor(identityOf(pod)).update(pod);
    for (const [uid, worker] of workers) if (!present.has(uid) && !statics.has(uid)) worker.gone();
  };

  const adoptUnknown = async (): Promise<void> => {
    const found = await runtime.pods();
    for (const { pod, fingerprint } of found) {
      if (fingerprints.get(pod.uid) !== fingerprint) workers.get(pod.uid)?.wake();
      fingerprints.set(pod.uid, fingerprint);
      if (view.synced && !workers.has(pod.uid) && !isWanted(pod.uid)) workerFor(pod).gone();
    }
    for (const uid of fingerprints.keys()) {
      if (found.some(({ pod }) => pod.uid === uid)) continue;
      fingerprints.delete(uid);
      workers.get(uid)?.wake();
    }
    if (!view.synced) return;
    for (const uid of await context.volumes.list()) if (!workers.has(uid) && !isWanted(uid)) workerFor({ uid, name: 'unknown', namespace: 'unknown' }).gone();
  };
  const isWanted = (uid: string): boolean => statics.has(uid) || view.pods().some(({ metadata }) => metadata.uid === uid);

  const once = (ms: number, run: () => void): void => {
    const cancel = clock.after(ms, () => {
      cancels.delete(cancel);
      if (!abort.signal.aborted) run();
    });
    cancels.add(cancel);
  };
  const every = (ms: number, run: () => void): void => once(ms, () => {
    run();
    every(ms, run);
  });
  const relist = (): void => void adoptUnknown().catch((error: unknown) => logger.warn({ err: error }, 'the runtime could not be listed'));

  const checkSizes = async (): Promise<void> => {
    // One after the other: counting is work for the disk.
    for (const worker of workers.values()) await worker.checkSizes().catch((error: unknown) => logger.debug({ err: error }, 'volumes were not measured'));
    if (!abort.signal.aborted) once(sizeCheckMs, () => void checkSizes());
  };

  let readiness = nodeReadiness();
  const noteReadiness = (): void => {
    if (readiness === nodeReadiness()) return;
    readiness = nodeReadiness();
    for (const worker of workers.values()) worker.wake();
  };

  const onChange = (keys: readonly string[]): void => {
    const sources = new Set(keys.filter((key) => key.startsWith('ConfigMap/') || key.startsWith('Secret/')).map((key) => key.split('/')[1]));
    if (keys.some((key) => key.startsWith('Pod/')) || keys.includes('synced')) syncPods();
    if (keys.includes('synced')) relist();
    // Whether the node is ready says whether its Pods can be.
    if (keys.some((key) => key.startsWith('Node/'))) noteReadiness();
    for (const worker of workers.values()) if (sources.has(worker.identity.namespace)) worker.sourcesChanged();
  };

  const unsubscribe = view.onChange(onChange);
  runtime.watch((uid) => (uid === undefined ? relist() : workers.get(uid)?.wake()), abort.signal);
  every(relistMs, relist);
  every(resyncMs, () => { for (const worker of workers.values()) worker.sourcesChanged(); });
  once(sizeCheckMs, () => void checkSizes());
  syncPods();
  relist();

  return {
    worker: (uid) => workers.get(uid),
    addStatic(pod, status) {
      statics.add(pod.metadata.uid);
      workerFor(identityOf(pod), status).update(pod);
    },
    removeStatic(uid) {
      statics.delete(uid);
      workers.get(uid)?.gone();
    },
    async [Symbol.asyncDispose]() {
      unsubscribe();
      abort.abort();
      for (const cancel of cancels) cancel();
      const stopped = Promise.all([...workers.values()].map((worker) => worker.stop()));
      // A hook or a start may take long; what it leaves behind is found again by its labels.
      await Promise.race([stopped, wait(stopMs, clock)]);
    },
  };
}
