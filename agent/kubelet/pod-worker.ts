import { isPodTerminal } from '../../src/kinds/pod/pod-state.ts';
import { conditionOf } from '../../src/model/conditions.ts';
import { ApiError } from '../../src/model/errors.ts';
import type { Pod, PodStatus } from '../../src/model/object.ts';
import type { ObservedPod, PodIdentity } from '../runtime/runtime.ts';
import { announceBackOffs } from './announce-back-offs.ts';
import { applyStep } from './apply-step.ts';
import { chooseEnding } from './choose-ending.ts';
import type { Eviction } from './choose-ending.ts';
import { liveSandbox } from './history.ts';
import type { KubeletContext } from './kubelet-context.ts';
import { earliest, stepKey } from './pod-facts.ts';
import type { PodFacts, PodPlan, PodStep } from './pod-facts.ts';
import { PodMemory } from './pod-memory.ts';
import { planPod } from './plan-pod.ts';
import { planReportDelayMs } from './plan-report-delay.ts';
import { planStatus } from './plan-status.ts';
import { createProber } from './probes/prober.ts';
import { readMessages } from './read-messages.ts';
import { isSame } from './same-status.ts';
import { envSources } from './start-container.ts';

/** Looks after one Pod on this node: looks, plans, starts the steps, reports; again after every change. Never two looks at the same time. */
export interface PodWorker {
  readonly identity: PodIdentity;
  /** The Pod as the cluster wants it. */
  update(pod: Pod): void;
  /** The cluster has no such Pod. */
  gone(): void;
  /** Its containers may have changed. */
  wake(): void;
  /** A ConfigMap or Secret of the Pod's namespace changed. */
  sourcesChanged(): void;
  /** Looks how much its volumes hold, and evicts the Pod where one holds too much. */
  checkSizes(): Promise<void>;
  pod(): Pod | undefined;
  /** What it last saw at the runtime. */
  observed(): ObservedPod | undefined;
  /** Lets go of the Pod and leaves its containers as they are. */
  stop(): Promise<void>;
}

const retryMs = { first: 500, most: 10_000 };
/** What a step of our own does is told by the engine, and again by the end of the step: one look for both. */
const gatherMs = 100;

/** Begins to look after a Pod. `onFinished` is called once nothing of it is left here. */
export function createPodWorker(identity: PodIdentity, context: KubeletContext, onFinished: () => void): PodWorker {
  const { runtime, clock, logger: parent } = context;
  const logger = parent.child({ pod: `${identity.namespace}/${identity.name}`, uid: identity.uid });
  const memory = new PodMemory();
  const announced = new Map<string, string>();
  let pod: Pod | undefined;
  let observed: ObservedPod | undefined;
  let deletionSeenAtMs: number | undefined;
  let goneAtMs: number | undefined;
  let isEndNoted = false;
  let eviction: Eviction | undefined;
  let finalStatus: PodStatus | undefined;
  let refusedVersion: string | undefined;
  let acceptedStatus: PodStatus | undefined;
  let finishedAtMs = -Infinity;
  let reportAtMs: number | undefined;
  let isSending = false;
  let isLooking = false;
  let isStale = true;
  let lookAgain = false;
  let stopped = false;
  let failures = 0;
  let cancelTimer: () => void = () => undefined;
  const underWay = new Set<Promise<void>>();

  const prober = createProber({
    clock, runtime, run: context.probe,
    onChange: () => replan(),
    onFailure: (container, kind, message) => pod && context.events.record(pod, 'Warning', 'Unhealthy', `${kind} probe failed: ${message}`, container.name),
  });

  /** Plans anew from what was seen last. */
  const replan = (): void => {
    if (stopped) return;
    lookAgain = true;
    if (!isLooking) track(loop());
  };
  const wake = (): void => {
    isStale = true;
    replan();
  };
  const track = (work: Promise<void>): void => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };
  const wakeIn = (ms: number): void => {
    cancelTimer();
    cancelTimer = clock.after(Math.max(1, ms), wake);
  };

  const loop = async (): Promise<void> => {
    isLooking = true;
    while (lookAgain && !stopped) {
      lookAgain = false;
      try {
        await look();
        failures = 0;
      } catch (error) {
        failures += 1;
        logger.warn({ err: error }, 'could not look after the Pod; trying again');
        wakeIn(Math.min(retryMs.most, retryMs.first * 2 ** Math.min(failures, 10)));
      }
    }
    isLooking = false;
  };

  const look = async (): Promise<void> => {
    // A step that ends while we look counts as under way: what was seen may be older than its end, and its end brings another look.
    const busyBefore = new Set(memory.busy);
    if (isStale) await observe();
    while (mustNoteEnd()) await noteEnd();
    if (stopped) return;
    const nowMs = clock.now();
    const end = chooseEnding(pod, observed, { deletionSeenAtMs, goneAtMs, eviction }, nowMs);
    if (!pod && goneAtMs === undefined) return;
    if (end.ending) memory.abortStarts();
    memory.forget(observed);
    const podIP = liveSandbox(observed)?.ip;
    if (pod && podIP !== undefined) context.guard?.note(pod, podIP);
    watchProbes();
    await readMessages(identity.uid, pod, observed, memory.messages, context);
    const busy = new Set([...busyBefore, ...memory.busy]);
    const facts: PodFacts = {
      identity, pod, observed, ending: end.ending, volumesReady: memory.volumesReady, volumesGone: memory.volumesGone,
      probes: prober.verdicts(), failures: memory.failures, stops: memory.stops, busy,
    };
    const plan = planPod(facts, nowMs);
    report(facts, plan, nowMs);
    if (pod) announceBackOffs(pod, plan, announced, context.events);
    const finishAtMs = plan.steps.some((step) => step.do === 'finish') && mayFinishAgainAtMs() > nowMs ? mayFinishAgainAtMs() : undefined;
    for (const step of plan.steps) if (step.do !== 'finish' || (finishAtMs === undefined && !needsReport())) perform(step);
    const next = earliest(plan.wakeAtMs, end.wakeAtMs, finishAtMs, isSending ? undefined : reportAtMs);
    if (next !== undefined) wakeIn(next - clock.now());
  };

  const observe = async (): Promise<void> => {
    isStale = false;
    try {
      observed = await runtime.inspectPod(identity.uid);
    } catch (error) {
      isStale = true;
      throw error;
    }
  };

  /** An agent that is started while the Pod ends must not begin its grace again. */
  const mustNoteEnd = (): boolean => !isEndNoted && (deletionSeenAtMs ?? goneAtMs) !== undefined;
  const noteEnd = async (): Promise<void> => {
    const beganAtMs = deletionSeenAtMs ?? goneAtMs ?? clock.now();
    isEndNoted = true;
    deletionSeenAtMs = await context.volumes.endBeganAtMs(identity.uid, beganAtMs).catch((error: unknown) => {
      logger.debug({ err: error }, 'the beginning of the end was not noted');
      return beganAtMs;
    });
  };

  const watchProbes = (): void => {
    const sandbox = liveSandbox(observed);
    const podIP = pod?.spec.hostNetwork ? context.node().hostIP : sandbox?.ip;
    const specs = [...(pod?.spec.containers ?? []), ...(pod?.spec.initContainers ?? [])];
    const known = [...(pod?.status.containerStatuses ?? []), ...(pod?.status.initContainerStatuses ?? [])];
    prober.watch((observed?.containers ?? []).flatMap((one) => {
      const container = specs.find(({ name }) => name === one.name);
      if (!container || one.phase !== 'running' || one.sandboxId !== sandbox?.id || memory.busy.has(one.name) || memory.stops.has(one.id)) return [];
      const status = known.find(({ containerID }) => containerID === `docker://${one.id}`);
      return [{ id: one.id, container, podIP, startedAtMs: one.startedAtMs ?? one.createdAtMs, before: status && { started: status.started ?? false, ready: status.ready } }];
    }));
  };

  let wantedStatus: PodStatus | undefined;
  const needsReport = (): boolean =>
    pod !== undefined && goneAtMs === undefined && wantedStatus !== undefined && !isSame(wantedStatus, pod.status) && !isSame(wantedStatus, acceptedStatus);
  /** The object may take a moment to go, or be held by a finalizer. */
  const mayFinishAgainAtMs = (): number => (goneAtMs === undefined ? finishedAtMs + retryMs.most : -Infinity);
  const report = (facts: PodFacts, plan: PodPlan, nowMs: number): void => {
    if (!pod || goneAtMs !== undefined) return;
    const isDeleted = facts.ending?.why === 'deleted';
    const fresh = planStatus({ ...facts, pod }, plan, { hostIP: context.node().hostIP, messages: memory.messages, isNodeNotReady: conditionOf(context.view.node()?.status.conditions, 'Ready')?.status === 'False' }, nowMs);
    if (isDeleted && plan.stage === 'ended') finalStatus ??= fresh;
    wantedStatus = finalStatus ? { ...finalStatus, conditions: fresh.conditions } : fresh;
    if (!needsReport()) {
      reportAtMs = undefined;
      return;
    }
    reportAtMs = Math.min(reportAtMs ?? Infinity, nowMs + planReportDelayMs(pod.status, wantedStatus));
    if (reportAtMs > nowMs || isSending || pod.metadata.resourceVersion === refusedVersion) return;
    reportAtMs = undefined;
    track(send(pod, wantedStatus));
  };

  const send = async (sent: Pod, status: PodStatus): Promise<void> => {
    isSending = true;
    try {
      adopt(await context.status.updatePodStatus(sent, status));
      acceptedStatus = status;
      if (isPodTerminal({ status })) logger.info({ phase: status.phase }, 'the Pod has ended');
    } catch (error) {
      const code = error instanceof ApiError ? error.code : 'UNAVAILABLE';
      // Somebody wrote in between: the newer Pod is on its way and brings another look.
      if (code === 'CONFLICT' || code === 'NOT_FOUND') refusedVersion = sent.metadata.resourceVersion;
      else logger.warn({ err: error }, 'could not report the status of the Pod; trying again');
      clock.after(retryMs.first * 2, () => { refusedVersion = undefined; replan(); });
      return;
    } finally {
      isSending = false;
    }
    replan();
  };

  const adopt = (next: Pod): void => {
    if (pod && BigInt(next.metadata.resourceVersion) !== BigInt(pod.metadata.resourceVersion) && !isSame(next.status, acceptedStatus)) acceptedStatus = undefined;
    if (!pod || BigInt(next.metadata.resourceVersion) > BigInt(pod.metadata.resourceVersion)) pod = next;
    if (pod.metadata.deletionTimestamp !== undefined) deletionSeenAtMs ??= clock.now();
  };

  const perform = (step: PodStep): void => {
    const key = stepKey(step);
    memory.busy.add(key);
    const sandbox = liveSandbox(observed);
    const podIP = pod?.spec.hostNetwork ? context.node().hostIP : sandbox?.ip;
    track(applyStep(step, { identity, pod, podIP, memory, context, logger, isGone: goneAtMs !== undefined || !pod, onFinished: finish }).finally(() => {
      memory.busy.delete(key);
      if (step.do === 'prepareVolumes') replan();
      else wake();
    }));
  };

  const finish = (): void => {
    logger.info('nothing of the Pod is left here');
    finishedAtMs = clock.now();
    if (goneAtMs !== undefined || !pod) {
      stopped = true;
      onFinished();
    }
  };

  return {
    identity,
    update(next) {
      adopt(next);
      // Back again, as after a restore of the cluster's data.
      if (goneAtMs !== undefined && next.metadata.deletionTimestamp === undefined) memory.allowStarts();
      goneAtMs = undefined;
      replan();
    },
    gone() {
      goneAtMs ??= clock.now();
      replan();
    },
    wake() {
      isStale = true;
      if (memory.busy.size === 0) wake();
      else clock.after(gatherMs, () => { if (isStale) replan(); });
    },
    sourcesChanged() {
      memory.retryConfig();
      if (pod && memory.volumesReady) track(context.volumes.refresh(pod, envSources(context, liveSandbox(observed)?.ip)).catch((error: unknown) => logger.debug({ err: error }, 'volumes were not refreshed')));
      wake();
    },
    async checkSizes() {
      if (!pod || stopped || eviction || pod.metadata.deletionTimestamp !== undefined || isPodTerminal(pod) || !memory.volumesReady) return;
      const message = await context.volumes.overLimit(pod);
      if (message === undefined || stopped) return;
      eviction = { message, sinceMs: clock.now() };
      context.events.record(pod, 'Warning', 'Evicted', message);
      wake();
    },
    pod: () => pod,
    observed: () => observed,
    async stop() {
      stopped = true;
      cancelTimer();
      prober[Symbol.dispose]();
      memory.abortStarts();
      await Promise.allSettled(underWay);
    },
  };
}
