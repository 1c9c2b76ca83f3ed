import type { Probe } from '../../../src/model/object.ts';

/** The timing part of a probe. */
export type ProbeRule = Pick<Probe, 'initialDelaySeconds' | 'periodSeconds' | 'successThreshold' | 'failureThreshold'>;

/** What a probe's checks have shown so far. */
export interface ProbeState {
  /** `unknown` until a threshold was reached for the first time. */
  readonly result: 'unknown' | 'success' | 'failure';
  /** Equal outcomes in a row. */
  readonly streak: number;
  readonly lastOk?: boolean | undefined;
  readonly lastAtMs?: number | undefined;
}

/** Before the first check. */
export const unprobed: ProbeState = { result: 'unknown', streak: 0 };

/** When the next check is due. `readyToProbeMs`: when the container started, or when its startup probe succeeded if that is later. */
export function planProbeTime(rule: ProbeRule, state: ProbeState, startedAtMs: number, readyToProbeMs: number): number {
  const first = Math.max(startedAtMs + rule.initialDelaySeconds * 1000, readyToProbeMs);
  return state.lastAtMs === undefined ? first : Math.max(first, state.lastAtMs + rule.periodSeconds * 1000);
}

/** What one more outcome changes: the result turns only after enough equal outcomes in a row. */
export function planProbeState(rule: ProbeRule, state: ProbeState, ok: boolean, atMs: number): ProbeState {
  const streak = state.lastOk === ok ? state.streak + 1 : 1;
  const needed = ok ? rule.successThreshold : rule.failureThreshold;
  return { result: streak >= needed ? (ok ? 'success' : 'failure') : state.result, streak, lastOk: ok, lastAtMs: atMs };
}
