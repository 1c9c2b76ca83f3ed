import type { LeaderTask } from '../control/leader-task.ts';
import { reconcilerTask } from '../control/reconciler-task.ts';
import type { RunOptions } from '../control/run-reconciler.ts';
import { deploymentReconciler } from './deployment/reconciler.ts';
import { disruptionReconciler } from './disruption/reconciler.ts';
import { endpointsReconciler } from './endpoints/reconciler.ts';
import { endpointsMirrorReconciler } from './endpoints-mirror/reconciler.ts';
import { eventExpiryReconciler } from './event-expiry/reconciler.ts';
import { garbageCollector } from './garbage-collector/reconciler.ts';
import type { AddressPool } from './load-balancer/address-pool.ts';
import { loadBalancerReconciler } from './load-balancer/reconciler.ts';
import { namespaceReconciler } from './namespace/reconciler.ts';
import { nodeDrainReconciler } from './node-drain/reconciler.ts';
import { defaultNodeLifecycle } from './node-lifecycle/config.ts';
import type { NodeLifecycleConfig } from './node-lifecycle/config.ts';
import { nodeLifecycleTask } from './node-lifecycle/node-lifecycle-task.ts';
import { podGarbageReconciler } from './pod-garbage/reconciler.ts';
import { replicaSetReconciler } from './replica-set/reconciler.ts';

/** What may be set; Kubernetes' own numbers where left out. */
export interface ControllerOptions {
  readonly nodeLifecycle?: Partial<NodeLifecycleConfig> | undefined;
  /** Where Services of type LoadBalancer get their addresses; without one they wait. */
  readonly loadBalancerPool?: AddressPool | undefined;
  /** How long an Event is kept after it was last seen. One hour. */
  readonly eventsKeptMs?: number | undefined;
  /** How many ended Pods the cluster keeps. 12,500. */
  readonly endedPodsKept?: number | undefined;
  readonly run?: RunOptions | undefined;
}

/** The names of all controllers. */
export type ControllerName = 'deployment' | 'replica-set' | 'endpoints' | 'endpoints-mirror' | 'load-balancer' | 'namespace' | 'garbage-collector' | 'node-lifecycle' | 'pod-garbage' | 'event-expiry' | 'disruption' | 'node-drain';

/** Every controller, by name. A name without a controller does not compile. */
export function controllers(options: ControllerOptions = {}): { readonly [Name in ControllerName]: LeaderTask } {
  const { run = {} } = options;
  return {
    deployment: reconcilerTask(deploymentReconciler, run),
    'replica-set': reconcilerTask(replicaSetReconciler, run),
    endpoints: reconcilerTask(endpointsReconciler, run),
    'endpoints-mirror': reconcilerTask(endpointsMirrorReconciler, run),
    // One at a time: two that look at once would want the same address.
    'load-balancer': reconcilerTask(loadBalancerReconciler(options.loadBalancerPool), { ...run, concurrency: 1 }),
    namespace: reconcilerTask(namespaceReconciler, run),
    'garbage-collector': reconcilerTask(garbageCollector, run),
    'node-lifecycle': nodeLifecycleTask({ ...defaultNodeLifecycle, ...options.nodeLifecycle }, run),
    'pod-garbage': reconcilerTask(podGarbageReconciler(options.endedPodsKept ?? 12_500), { resyncMs: 20_000, ...run }),
    'event-expiry': reconcilerTask(eventExpiryReconciler(options.eventsKeptMs ?? 3_600_000), { resyncMs: 60_000, ...run }),
    disruption: reconcilerTask(disruptionReconciler, run),
    'node-drain': reconcilerTask(nodeDrainReconciler, run),
  };
}

/** All controllers as tasks of the leader. */
export function controllerTasks(options: ControllerOptions = {}): readonly LeaderTask[] {
  return Object.values(controllers(options));
}
