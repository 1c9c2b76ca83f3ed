import type { CampaignReport } from './run-campaign.ts';

const shownViolations = 20;

/** A report as people read it. */
export function describeReport({ seed, again, faults, operations, changes, subscribers, lostNotifications, takeoverMs, violations }: CampaignReport): string {
  const outcomes = operations.map(({ outcome }) => (outcome.type === 'acknowledged' ? outcome.type : `${outcome.type} ${outcome.code}`));
  const messages = subscribers.reduce((sum, { received }) => sum + received, 0);
  return [
    `seed          ${seed}; the same faults again: ${again}`,
    `faults        ${faults.length}: ${tally(faults.map(({ kind }) => kind))}`,
    `operations    ${operations.length}: ${tally(outcomes)}`,
    `revisions     ${changes} changes in the log; ${lostNotifications} notifications lost on their way`,
    `subscribers   ${subscribers.length}, given ${messages} messages`,
    ...subscribers.map(({ name, received, subscriptions }) => `              ${name}: ${received} over ${subscriptions} subscriptions`),
    `takeovers     ${takeoverMs.length === 0 ? 'none' : `${takeoverMs.length}; until somebody led again: ${describeTimes(takeoverMs)}`}`,
    `verdict       ${violations.length === 0 ? 'every promise held' : `${violations.length} violations`}`,
    ...violations.slice(0, shownViolations).map(({ rule, message }) => `  ${rule}: ${message}`),
  ].join('\n');
}

function describeTimes(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const seconds = (ms: number | undefined): string => `${((ms ?? 0) / 1000).toFixed(1)} s`;
  return `median ${seconds(sorted[Math.floor(sorted.length / 2)])}, longest ${seconds(sorted.at(-1))}`;
}

function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([word, count]) => `${count} ${word}`).join(', ');
}
