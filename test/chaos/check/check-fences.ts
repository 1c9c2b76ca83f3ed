import type { LogEntry, Violation, Written } from '../history.ts';

const announcement = 'leader:';

/** The lease that an actor's writes are fenced by, if they are. */
function leaseOf(actor: string): string | undefined {
  if (actor.startsWith(announcement)) return actor.slice(announcement.length);
  return actor === 'controller:scheduler' ? 'kube-scheduler' : actor.startsWith('controller:') ? 'kube-controller-manager' : undefined;
}

/** After a server has announced that it holds a lease, whoever held it before changes nothing more under it. */
export function checkFences(log: readonly LogEntry[], writers: readonly Written[]): readonly Violation[] {
  const violations: Violation[] = [];
  const servers = new Map(writers.flatMap(({ server, after, upTo }) => Array.from({ length: upTo - after }, (_, at) => [after + 1 + at, server] as const)));
  const leaders = new Map<string, string | undefined>();
  for (const entry of log) {
    const lease = leaseOf(entry.actor);
    if (lease === undefined) continue;
    const server = servers.get(entry.revision);
    const leader = leaders.get(lease);
    if (entry.actor.startsWith(announcement)) leaders.set(lease, server);
    else if (leader !== undefined && server !== undefined && server !== leader) {
      violations.push({ rule: 'fence', message: `${entry.revision}: ${entry.actor} of ${server} changed ${entry.key} while ${leader} led` });
    }
  }
  return violations;
}
