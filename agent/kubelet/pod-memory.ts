import type { ObservedPod } from '../runtime/runtime.ts';
import type { StepFailure, StopProgress } from './pod-facts.ts';
import { stepBackOffMs } from './step-back-off.ts';

/** What a worker remembers between looks. Nothing here is needed for correctness after a restart: it is learned anew. */
export class PodMemory {
  readonly busy = new Set<string>();
  readonly stops = new Map<string, StopProgress>();
  readonly failures = new Map<string, StepFailure>();
  /** Last words of ended containers by id; empty text when there are none. */
  readonly messages = new Map<string, string>();
  volumesReady = false;
  volumesGone = false;
  private readonly counts = new Map<string, number>();
  private starts = new AbortController();

  /** Ends when the Pod no longer wants anything started. */
  get startSignal(): AbortSignal {
    return this.starts.signal;
  }

  abortStarts(): void {
    this.starts.abort(new Error('the Pod is ending'));
  }

  allowStarts(): void {
    if (this.starts.signal.aborted) this.starts = new AbortController();
  }

  failed(key: string, reason: string, message: string, nowMs: number): void {
    const count = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, count);
    this.failures.set(key, { reason, message, atMs: nowMs, retryAtMs: nowMs + stepBackOffMs(reason, count) });
  }

  succeeded(key: string): void {
    this.counts.delete(key);
    this.failures.delete(key);
  }

  /** What failed for want of a ConfigMap or Secret is tried again at once. */
  retryConfig(): void {
    for (const [key, { reason }] of this.failures) {
      if (reason === 'CreateContainerConfigError' || reason === 'FailedMount') this.succeeded(key);
    }
  }

  /** Forgets what belongs to containers that no longer run or exist. */
  forget(observed: ObservedPod | undefined): void {
    const containers = observed?.containers ?? [];
    for (const id of this.stops.keys()) if (!containers.some((one) => one.id === id && one.phase === 'running')) this.stops.delete(id);
    for (const id of this.messages.keys()) if (!containers.some((one) => one.id === id)) this.messages.delete(id);
  }
}
