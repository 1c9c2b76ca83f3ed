import { groupBy } from '../../lib/group-by.ts';
import { conditionOf } from '../../model/conditions.ts';
import type { Node } from '../../model/object.ts';
import type { NodeLifecycleConfig } from './config.ts';

/** Which nodes' Pods may be given up, and what limits the next one. */
export interface Grants {
  readonly nodes: ReadonlySet<string>;
  /** When the last node of a zone was granted, in ms since 1970. */
  readonly lastMs: ReadonlyMap<string, number>;
}

/** Nothing granted yet. */
export const noGrants: Grants = { nodes: new Set(), lastMs: new Map() };

type ZoneState = 'healthy' | 'partly down' | 'down';

/**
 * Grants unhealthy nodes one after the other: `evictionRate` a second in each zone, slower in a large zone that is unhealthy in great part, none in such a small
 * one. When every zone is down nothing is granted and all grants end: then it is more likely this server that cannot see. A node that is back loses its grant.
 */
export function planGrants(nodes: readonly Node[], before: Grants, config: NodeLifecycleConfig, nowMs: number): Grants {
  const zones = [...groupBy(nodes, zoneOf)].map(([zone, members]) => ({ zone, members, state: stateOf(members, config) }));
  if (zones.every(({ state }) => state === 'down')) return before.nodes.size === 0 ? before : { ...before, nodes: new Set() };
  const granted = new Set<string>();
  const lastMs = new Map(before.lastMs);
  for (const { zone, members, state } of zones) {
    const unhealthy = members.filter(isUnhealthy);
    for (const node of unhealthy) if (before.nodes.has(node.metadata.name) || hasEvictionTaint(node)) granted.add(node.metadata.name);
    const next = unhealthy.find((node) => !granted.has(node.metadata.name));
    const rate = rateOf(state, members.length, config);
    if (!next || rate === 0 || nowMs - (lastMs.get(zone) ?? -Infinity) < 1000 / rate) continue;
    granted.add(next.metadata.name);
    lastMs.set(zone, nowMs);
  }
  return { nodes: granted, lastMs };
}

function rateOf(state: ZoneState, size: number, config: NodeLifecycleConfig): number {
  if (state !== 'partly down') return config.evictionRate;
  return size > config.largeZoneNodes ? config.secondaryEvictionRate : 0;
}

function stateOf(members: readonly Node[], config: NodeLifecycleConfig): ZoneState {
  const unhealthy = members.filter(isUnhealthy).length;
  if (unhealthy === members.length) return 'down';
  return unhealthy > 2 && unhealthy / members.length >= config.unhealthyZoneThreshold ? 'partly down' : 'healthy';
}

/** Not ready, or not heard of. A node that has not reported yet has no Pods to give up and is not counted. */
function isUnhealthy(node: Node): boolean {
  const ready = conditionOf(node.status.conditions, 'Ready');
  return ready !== undefined && ready.status !== 'True';
}

function hasEvictionTaint(node: Node): boolean {
  return node.spec.taints.some((taint) => taint.effect === 'NoExecute' && (taint.key === 'node.kubernetes.io/not-ready' || taint.key === 'node.kubernetes.io/unreachable'));
}

function zoneOf(node: Node): string {
  const { labels } = node.metadata;
  return `${labels['topology.kubernetes.io/region'] ?? ''}/${labels['topology.kubernetes.io/zone'] ?? ''}`;
}
