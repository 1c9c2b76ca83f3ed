import type { Pod } from '../../src/model/object.ts';
import type { ObservedPod, PodIdentity } from '../runtime/runtime.ts';

/** What the probes of one running container say. Without a probe of its kind a container is started, ready and alive. */
export interface ProbeVerdict {
  readonly started: boolean;
  readonly ready: boolean;
  /** Which probe has failed for good, and its last words. */
  readonly failed?: { readonly probe: 'Liveness' | 'Startup'; readonly message: string } | undefined;
}

/** Why something could not be started, and when to try again. */
export interface StepFailure {
  /** `ErrImagePull`, `CreateContainerConfigError`, `FailedMount`, … */
  readonly reason: string;
  readonly message: string;
  readonly atMs: number;
  readonly retryAtMs: number;
}

/** How far the end of one container has come. */
export interface StopProgress {
  readonly sinceMs: number;
  readonly preStop: 'none' | 'running' | 'done';
  readonly signalledAtMs?: number | undefined;
  readonly killedAtMs?: number | undefined;
}

/** That a Pod must end. */
export interface Ending {
  /** `deleted`: its object waits for its end. `gone`: its object is no more. `deadline`: it ran for too long. `evicted`: it took more than it may. */
  readonly why: 'deleted' | 'gone' | 'deadline' | 'evicted';
  readonly sinceMs: number;
  readonly graceMs: number;
  /** For people; of an eviction. */
  readonly message?: string | undefined;
}

/** Everything from which the next steps of a Pod follow. */
export interface PodFacts {
  readonly identity: PodIdentity;
  /** As last known; undefined for containers found here whose Pod nobody knows. */
  readonly pod: Pod | undefined;
  readonly observed: ObservedPod | undefined;
  readonly ending: Ending | undefined;
  /** Volumes are there and can be mounted. */
  readonly volumesReady: boolean;
  /** Nothing of the Pod is left on the node's disk. */
  readonly volumesGone: boolean;
  /** By container id. A running container without an entry has not been probed yet. */
  readonly probes: ReadonlyMap<string, ProbeVerdict>;
  /** By container name, `POD` for the sandbox, `volumes`. */
  readonly failures: ReadonlyMap<string, StepFailure>;
  /** By container id. */
  readonly stops: ReadonlyMap<string, StopProgress>;
  /** Keys of steps under way; see `stepKey`. */
  readonly busy: ReadonlySet<string>;
}

/** What every step of starting a Pod waits for by its own key. */
export const sandboxKey = 'POD';
/** Key of preparing and removing volumes. */
export const volumesKey = 'volumes';

/** One thing to do. Steps of one plan may run at the same time. */
export type PodStep =
  | { readonly do: 'prepareVolumes' }
  | { readonly do: 'startSandbox'; readonly attempt: number }
  | { readonly do: 'startContainer'; readonly name: string; readonly attempt: number; readonly backOffMs: number; readonly sandboxId: string }
  | { readonly do: 'preStop'; readonly id: string; readonly name: string; readonly deadlineMs: number; readonly because: string }
  | { readonly do: 'signal'; readonly id: string; readonly name: string; readonly signal: string; readonly because: string }
  | { readonly do: 'kill'; readonly id: string; readonly name: string; readonly because: string }
  | { readonly do: 'remove'; readonly id: string }
  | { readonly do: 'removeVolumes' }
  | { readonly do: 'finish' };

/** Two steps with the same key never run at the same time. */
export function stepKey(step: PodStep): string {
  switch (step.do) {
    case 'prepareVolumes':
    case 'removeVolumes':
      return volumesKey;
    case 'startSandbox':
      return sandboxKey;
    case 'startContainer':
      return step.name;
    case 'preStop':
    case 'signal':
    case 'kill':
    case 'remove':
      return `${step.do}:${step.id}`;
    case 'finish':
      return 'finish';
  }
}

/** Why a container that could be expected to run does not. */
export interface WaitingReason {
  readonly reason: string;
  readonly message?: string | undefined;
}

/** What follows from the facts. */
export interface PodPlan {
  readonly steps: readonly PodStep[];
  /** Look again at this moment even if nothing changes. Milliseconds since 1970. */
  readonly wakeAtMs?: number | undefined;
  /** By container name, for the status. */
  readonly waiting: ReadonlyMap<string, WaitingReason>;
  /** `ended`: all its containers have ended and none will start again. */
  readonly stage: 'active' | 'ending' | 'ended';
  /** Set once it is certain how the Pod ends. */
  readonly outcome?: { readonly phase: 'Succeeded' | 'Failed'; readonly reason?: string | undefined; readonly message?: string | undefined } | undefined;
}

/** The earlier of two moments, either of which may be missing. */
export function earliest(...moments: readonly (number | undefined)[]): number | undefined {
  const known = moments.filter((moment): moment is number => moment !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
