import type { ObservedContainer } from '../runtime/runtime.ts';
import type { PodStep, StopProgress } from './pod-facts.ts';

/** What a hook that overran the grace period gets on top, in milliseconds. */
export const overrunMs = 2000;
/** How long a kill may take before it is sent again. */
const repeatKillMs = 10_000;

/** How a container is to end. */
export interface StopWish {
  /** Between the beginning of the end and the last signal; may shrink while it goes on. */
  readonly graceMs: number;
  /** Since when, where that is known already; otherwise since `progress` began, or now. */
  readonly hasPreStop: boolean;
  /** For events. */
  readonly because: string;
}

/** The next step of the end of one running container: preStop, then its stop signal, then SIGKILL when the grace is over. */
export function planStop(container: ObservedContainer, progress: StopProgress | undefined, wish: StopWish, nowMs: number): { readonly step?: PodStep; readonly wakeAtMs?: number } {
  const { id, name } = container;
  const { because, graceMs } = wish;
  const sinceMs = progress?.sinceMs ?? nowMs;
  const deadlineMs = sinceMs + graceMs;
  if (graceMs > 0) {
    if (wish.hasPreStop && !progress) return { step: { do: 'preStop', id, name, deadlineMs, because }, wakeAtMs: deadlineMs };
    if (progress?.preStop === 'running' && nowMs < deadlineMs) return { wakeAtMs: deadlineMs };
    if (progress?.signalledAtMs === undefined) return { step: { do: 'signal', id, name, signal: container.stopSignal, because }, wakeAtMs: Math.max(deadlineMs, nowMs + overrunMs) };
  }
  const overran = progress?.signalledAtMs !== undefined && wish.hasPreStop ? progress.signalledAtMs + overrunMs : deadlineMs;
  const killAtMs = graceMs > 0 ? Math.max(deadlineMs, overran) : nowMs;
  if (nowMs < killAtMs) return { wakeAtMs: killAtMs };
  const { killedAtMs } = progress ?? {};
  if (killedAtMs !== undefined && nowMs < killedAtMs + repeatKillMs) return { wakeAtMs: killedAtMs + repeatKillMs };
  return { step: { do: 'kill', id, name, because }, wakeAtMs: nowMs + repeatKillMs };
}
