import type { LogEntry, Violation, Written } from '../history.ts';

/** Who writes this line begins to lead. */
export const announcement = 'controller:leader';

const isLeaders = ({ actor }: LogEntry): boolean => actor.startsWith('controller:');

/** After a server has announced that it leads, reconcilers of no other server change anything until that one announces itself. */
export function checkFences(log: readonly LogEntry[], writers: readonly Written[]): readonly Violation[] {
  const violations: Violation[] = [];
  const servers = new Map(writers.flatMap(({ server, after, upTo }) => Array.from({ length: upTo - after }, (_, at) => [after + 1 + at, server] as const)));
  let leader: string | undefined;
  for (const entry of log) {
    if (!isLeaders(entry)) continue;
    const server = servers.get(entry.revision);
    if (entry.actor === announcement) leader = server;
    else if (leader !== undefined && server !== undefined && server !== leader) {
      violations.push({ rule: 'fence', message: `${entry.revision}: ${entry.actor} of ${server} changed ${entry.key} while ${leader} led` });
    }
  }
  return violations;
}
