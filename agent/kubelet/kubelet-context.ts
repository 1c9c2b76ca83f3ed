import type { Logger } from 'pino';
import type { Clock } from '../../src/lib/clock.ts';
import type { EventType, Pod, PodStatus } from '../../src/model/object.ts';
import type { NodeView } from '../node/node-view.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { PodGuard } from './pod-guard.ts';
import type { ProbeHandler } from './probes/probe-handler.ts';
import type { PodVolumes } from './volumes/pod-volumes.ts';

/** Where statuses go. */
export interface PodStatusSink {
  /** Writes the status if the Pod still is at its resourceVersion; returns it as stored. CONFLICT where somebody wrote in between. */
  updatePodStatus(pod: Pod, status: PodStatus): Promise<Pod>;
  /** Says that the Pod's containers are gone, so that its object may go. One that is gone already is no failure. */
  finishPod(pod: Pod): Promise<void>;
}

/** Where events about Pods go. Never throws and never waits. */
export interface PodEvents {
  record(pod: Pod, type: EventType, reason: string, message: string, container?: string): void;
}

/** What Pods get told of their node. */
export interface NodeFacts {
  readonly hostIP: string | undefined;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly memoryBytes: number;
  /** The cluster's zone: `cluster.local`. */
  readonly clusterDomain: string;
}

/** What every part of the kubelet works with. */
export interface KubeletContext {
  readonly runtime: Runtime;
  readonly volumes: PodVolumes;
  readonly view: Pick<NodeView, 'node' | 'configMap' | 'secret' | 'services'>;
  readonly status: PodStatusSink;
  readonly events: PodEvents;
  readonly node: () => NodeFacts;
  readonly probe: ProbeHandler;
  /** Nobody guards Pods where left out. */
  readonly guard?: PodGuard | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}
