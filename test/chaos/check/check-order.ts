import type { Operation, Violation } from '../history.ts';

/** What was answered before another operation was sent has the lower revision. */
export function checkOrder(placed: readonly { readonly operation: Operation; readonly revision: number }[]): readonly Violation[] {
  const violations: Violation[] = [];
  const ended = placed.filter(({ operation }) => operation.outcome.type === 'acknowledged').sort((a, b) => a.operation.endedAt - b.operation.endedAt);
  let newest: (typeof placed)[number] | undefined, at = 0;
  for (const later of placed.toSorted((a, b) => a.operation.startedAt - b.operation.startedAt)) {
    for (let next = ended[at]; next !== undefined && next.operation.endedAt < later.operation.startedAt; next = ended[++at]) {
      if (newest === undefined || next.revision > newest.revision) newest = next;
    }
    if (newest !== undefined && later.revision <= newest.revision) {
      violations.push({ rule: 'order', message: `${later.operation.id} is at ${later.revision} although ${newest.operation.id} at ${newest.revision} was answered before it was sent` });
    }
  }
  return violations;
}
