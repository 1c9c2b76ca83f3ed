import type { Clock } from '../../../src/lib/clock.ts';
import type { Container, Probe } from '../../../src/model/object.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { ProbeVerdict } from '../pod-facts.ts';
import { planProbeState, planProbeTime, unprobed } from './plan-probe.ts';
import type { ProbeState } from './plan-probe.ts';
import type { ProbeHandler, ProbeTarget } from './probe-handler.ts';

type ProbeKind = 'Startup' | 'Liveness' | 'Readiness';

/** One container to probe for as long as it runs. */
export interface ProbedContainer {
  readonly id: string;
  readonly container: Container;
  readonly podIP: string | undefined;
  readonly startedAtMs: number;
  /** What its Pod's status said of it before this agent started: adopted containers keep their word until a probe says otherwise. */
  readonly before?: { readonly started: boolean; readonly ready: boolean } | undefined;
}

/** What a prober works with. */
export interface ProberContext {
  readonly clock: Clock;
  readonly runtime: Pick<Runtime, 'exec'>;
  readonly run: ProbeHandler;
  /** A verdict changed. */
  onChange(): void;
  /** A check failed: `Readiness`, `HTTP probe failed with statuscode: 500`. */
  onFailure(container: Container, kind: ProbeKind, message: string): void;
}

/** Probes the containers of one Pod. */
export interface Prober extends Disposable {
  /** Probes exactly these from now on. */
  watch(containers: readonly ProbedContainer[]): void;
  verdicts(): ReadonlyMap<string, ProbeVerdict>;
}

/** Probes nobody until told whom. */
export function createProber(context: ProberContext): Prober {
  const probed = new Map<string, ReturnType<typeof probeContainer>>();
  return {
    watch(containers) {
      const wanted = new Set(containers.map(({ id }) => id));
      for (const [id, one] of probed) {
        if (wanted.has(id)) continue;
        one.stop();
        probed.delete(id);
      }
      for (const target of containers) if (!probed.has(target.id)) probed.set(target.id, probeContainer(target, context));
    },
    verdicts: () => new Map([...probed].map(([id, one]) => [id, one.verdict()])),
    [Symbol.dispose]() {
      for (const one of probed.values()) one.stop();
      probed.clear();
    },
  };
}

function probeContainer(target: ProbedContainer, context: ProberContext): { verdict(): ProbeVerdict; stop(): void } {
  const { container, before } = target;
  const seed = (known: boolean | undefined): ProbeState => (known ? { result: 'success', streak: 0 } : unprobed);
  const states = { Startup: seed(before?.started), Liveness: unprobed, Readiness: seed(before?.ready) };
  const probes: Readonly<Record<ProbeKind, Probe | undefined>> = { Startup: container.startupProbe, Liveness: container.livenessProbe, Readiness: container.readinessProbe };
  const probeTarget: ProbeTarget = { containerId: target.id, container, podIP: target.podIP };
  const cancels = new Set<() => void>();
  let failedMessage = '';
  let startedAtMs = target.startedAtMs;
  let stopped = false;

  const hasStarted = (): boolean => !probes.Startup || states.Startup.result === 'success';
  const schedule = (kind: ProbeKind): void => {
    const probe = probes[kind];
    if (!probe || stopped || (kind === 'Startup') === hasStarted()) return;
    const dueMs = planProbeTime(probe, states[kind], target.startedAtMs, startedAtMs);
    const cancel = context.clock.after(Math.max(0, dueMs - context.clock.now()), () => {
      cancels.delete(cancel);
      void check(kind, probe);
    });
    cancels.add(cancel);
  };
  const check = async (kind: ProbeKind, probe: Probe): Promise<void> => {
    const beganMs = context.clock.now();
    const { ok, message } = await context.run(probe, probeTarget, context.runtime);
    if (stopped) return;
    const previous = states[kind].result;
    states[kind] = planProbeState(probe, states[kind], ok, beganMs);
    if (!ok) {
      failedMessage = message;
      context.onFailure(container, kind, message);
    }
    if (states[kind].result !== previous) {
      if (kind === 'Startup' && states.Startup.result === 'success') {
        startedAtMs = context.clock.now();
        schedule('Liveness');
        schedule('Readiness');
      }
      context.onChange();
    }
    schedule(kind);
  };
  schedule('Startup');
  if (hasStarted()) for (const kind of ['Liveness', 'Readiness'] as const) schedule(kind);

  return {
    verdict() {
      const failed = states.Startup.result === 'failure' ? 'Startup' : states.Liveness.result === 'failure' ? 'Liveness' : undefined;
      const started = hasStarted();
      return { started, ready: started && (!probes.Readiness || states.Readiness.result === 'success'), ...(failed ? { failed: { probe: failed, message: failedMessage } } : {}) };
    },
    stop() {
      stopped = true;
      for (const cancel of cancels) cancel();
    },
  };
}
