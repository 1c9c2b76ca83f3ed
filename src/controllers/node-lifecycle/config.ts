/** The numbers of node lifecycle; Kubernetes' own where left out. */
export interface NodeLifecycleConfig {
  /** How often the ages of heartbeats are read, for all nodes at once. */
  readonly monitorPeriodMs: number;
  /** After how long without a heartbeat a node counts as lost. */
  readonly graceMs: number;
  /** The same for a node that has never sent one, from its creation. */
  readonly startupGraceMs: number;
  /** Nodes per second and zone whose Pods are given up. */
  readonly evictionRate: number;
  /** The same in a zone of which much is unhealthy, if it is large; a small one stops. */
  readonly secondaryEvictionRate: number;
  /** The share of unhealthy nodes from which on a zone counts as much unhealthy, with more than two nodes. */
  readonly unhealthyZoneThreshold: number;
  /** Zones up to this many nodes are small. */
  readonly largeZoneNodes: number;
}

/** Kubernetes' defaults. */
export const defaultNodeLifecycle: NodeLifecycleConfig = {
  monitorPeriodMs: 5_000,
  graceMs: 50_000,
  startupGraceMs: 60_000,
  evictionRate: 0.1,
  secondaryEvictionRate: 0.01,
  unhealthyZoneThreshold: 0.55,
  largeZoneNodes: 50,
};
