import type { CampaignReport } from './run-campaign.ts';

const shownViolations = 20;

/** A report as people read it. */
export function describeReport({ seed, faults, operations, changes, subscribers, lostNotifications, violations }: CampaignReport): string {
  const outcomes = operations.map(({ outcome }) => (outcome.type === 'acknowledged' ? outcome.type : `${outcome.type} ${outcome.code}`));
  return [
    `seed          ${seed}`,
    `faults        ${faults.length}: ${tally(faults.map(({ kind }) => kind))}`,
    `operations    ${operations.length}: ${tally(outcomes)}`,
    `log           ${changes} changes; ${lostNotifications} notifications lost on their way`,
    ...subscribers.map(({ name, received, subscriptions }) => `subscriber    ${name}: ${received} steps over ${subscriptions} subscriptions`),
    `verdict       ${violations.length === 0 ? 'every promise held' : `${violations.length} violations`}`,
    ...violations.slice(0, shownViolations).map(({ rule, message }) => `  ${rule}: ${message}`),
  ].join('\n');
}

function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([word, count]) => `${count} ${word}`).join(', ');
}
