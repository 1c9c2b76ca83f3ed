import { kinds } from '../../../../src/kinds/index.ts';
import type { Pod, PodInput } from '../../../../src/model/object.ts';
import { isSidecar } from '../../../../src/kinds/pod/pod-resources.ts';
import { chooseEnding } from '../../../../agent/kubelet/choose-ending.ts';
import type { Eviction } from '../../../../agent/kubelet/choose-ending.ts';
import type { PodFacts, PodPlan, PodStep, ProbeVerdict, StepFailure, StopProgress } from '../../../../agent/kubelet/pod-facts.ts';
import { planPod } from '../../../../agent/kubelet/plan-pod.ts';
import { planStatus } from '../../../../agent/kubelet/plan-status.ts';
import type { ObservedContainer, ObservedPod, ObservedSandbox } from '../../../../agent/runtime/runtime.ts';

/** A Pod as it is stored, with its defaults. */
export function storedPod(spec: PodInput['spec'], name = 'web'): Pod {
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: {
      uid: 'uid-1', name, namespace: 'default', labels: {}, annotations: {}, creationTimestamp: '2030-01-01T00:00:00.000Z', finalizers: [], ownerReferences: [],
      resourceVersion: '1', generation: 1, managedFields: [],
    },
    ...kinds.Pod.applyDefaults({ metadata: { name }, spec }),
    status: { phase: 'Pending', conditions: [], containerStatuses: [], initContainerStatuses: [] },
  };
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

/** A machine that does at once what the planner says, with a clock of its own: shows where plans lead. */
export class PodModel {
  nowMs = Date.UTC(2030, 0, 1);
  sandboxes: Mutable<ObservedSandbox>[] = [];
  containers: Mutable<ObservedContainer>[] = [];
  readonly stops = new Map<string, StopProgress>();
  readonly failures = new Map<string, StepFailure>();
  readonly probes = new Map<string, ProbeVerdict>();
  readonly log: PodStep[] = [];
  finished = false;
  volumesReady = false;
  volumesGone = false;
  goneAtMs: number | undefined;
  deletionSeenAtMs: number | undefined;
  eviction: Eviction | undefined;
  /** Whether containers end when they are asked to. */
  isPolite = true;
  private made = 0;

  constructor(public pod: Pod) {}

  observed(): ObservedPod | undefined {
    if (this.sandboxes.length + this.containers.length === 0) return undefined;
    const newestFirst = <T extends { attempt: number }>(list: readonly T[]): T[] => [...list].sort((a, b) => b.attempt - a.attempt);
    return { pod: this.identity, sandboxes: newestFirst(this.sandboxes), containers: newestFirst(this.containers) };
  }

  get identity() {
    return { uid: this.pod.metadata.uid, name: this.pod.metadata.name, namespace: 'default' };
  }

  facts(): PodFacts {
    const { ending } = chooseEnding(this.pod, this.observed(), { deletionSeenAtMs: this.deletionSeenAtMs, goneAtMs: this.goneAtMs, eviction: this.eviction }, this.nowMs);
    return {
      identity: this.identity, pod: this.pod, observed: this.observed(), ending, volumesReady: this.volumesReady, volumesGone: this.volumesGone,
      probes: this.probes, failures: this.failures, stops: this.stops, busy: new Set(),
    };
  }

  plan(): PodPlan {
    return planPod(this.facts(), this.nowMs);
  }

  /** Plans and performs until there is nothing to do now; fails when that takes suspiciously long. Reports the status as a worker does. */
  settle(): PodPlan {
    for (let round = 0; round < 100; round++) {
      const plan = this.plan();
      this.report(plan);
      const steps = plan.steps.filter((step) => step.do !== 'finish' || !this.finished);
      if (steps.length === 0) return plan;
      for (const step of steps) this.perform(step);
    }
    throw new Error(`no end of steps: ${JSON.stringify(this.log.slice(-6))}`);
  }

  /** Lets time pass, waking whenever the planner asked for it. */
  advance(ms: number): PodPlan {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const { wakeAtMs } = this.settle();
      if (wakeAtMs === undefined || wakeAtMs > untilMs) break;
      if (wakeAtMs <= this.nowMs) throw new Error(`asked to wake in the past: ${wakeAtMs - this.nowMs}`);
      this.nowMs = wakeAtMs;
    }
    this.nowMs = untilMs;
    return this.settle();
  }

  exit(name: string, exitCode: number, oomKilled = false): void {
    for (const one of this.containers) if (one.name === name && one.phase === 'running') this.end(one, exitCode, oomKilled);
  }

  /** Somebody removes all containers of a name with the runtime's own tools. */
  removeByHand(name: string): void {
    this.containers = this.containers.filter((one) => one.name !== name);
  }

  killSandbox(): void {
    for (const one of this.sandboxes) if (one.phase === 'running') Object.assign(one, { phase: 'exited', exitCode: 137, ip: undefined, finishedAtMs: this.nowMs });
  }

  delete(graceSeconds = this.pod.spec.terminationGracePeriodSeconds): void {
    this.deletionSeenAtMs ??= this.nowMs;
    this.pod = { ...this.pod, metadata: { ...this.pod.metadata, deletionTimestamp: new Date(this.nowMs).toISOString(), deletionGracePeriodSeconds: graceSeconds } };
  }

  running(): string[] {
    return this.containers.filter(({ phase }) => phase === 'running').map(({ name }) => name).sort();
  }

  newest(name: string): ObservedContainer | undefined {
    return this.observed()?.containers.find((one) => one.name === name);
  }

  private report(plan: PodPlan): void {
    this.pod = { ...this.pod, status: planStatus({ ...this.facts(), pod: this.pod }, plan, { hostIP: '192.0.2.1', messages: new Map(), isNodeNotReady: false }, this.nowMs) };
  }

  private end(one: Mutable<ObservedContainer>, exitCode: number, oomKilled = false): void {
    Object.assign(one, { phase: 'exited', exitCode, oomKilled, finishedAtMs: this.nowMs });
    this.stops.delete(one.id);
    this.probes.delete(one.id);
  }

  private perform(step: PodStep): void {
    this.log.push(step);
    this.made += 1;
    const base = { id: `id-${this.made}`, pod: this.identity, phase: 'running', createdAtMs: this.nowMs, startedAtMs: this.nowMs } as const;
    const find = (id: string) => this.containers.find((one) => one.id === id);
    switch (step.do) {
      case 'prepareVolumes': this.volumesReady = true; return;
      case 'startSandbox': this.sandboxes.push({ ...base, attempt: step.attempt, ip: '10.244.0.5' }); return;
      case 'startContainer': {
        const spec = [...this.pod.spec.initContainers, ...this.pod.spec.containers].find(({ name }) => name === step.name)!;
        this.containers.push({ ...base, ...step, image: spec.image, imageId: 'sha256:1', oomKilled: false, stopSignal: 'SIGTERM', graceSeconds: 30 });
        return;
      }
      case 'preStop': this.stops.set(step.id, { sinceMs: this.nowMs, preStop: 'done' }); return;
      case 'signal': {
        this.stops.set(step.id, { sinceMs: this.nowMs, preStop: 'none', ...this.stops.get(step.id), signalledAtMs: this.nowMs });
        const one = find(step.id);
        if (one && this.isPolite) this.end(one, 0);
        return;
      }
      case 'kill': {
        const one = find(step.id);
        if (one) this.end(one, 137);
        return;
      }
      case 'remove':
        this.sandboxes = this.sandboxes.filter(({ id }) => id !== step.id);
        this.containers = this.containers.filter(({ id }) => id !== step.id);
        return;
      case 'removeVolumes': this.volumesGone = true; this.volumesReady = false; return;
      case 'finish': this.finished = true;
    }
  }
}

/** Names of init containers that end by themselves. */
export function plainInits(pod: Pod): string[] {
  return pod.spec.initContainers.filter((container) => !isSidecar(container)).map(({ name }) => name);
}
