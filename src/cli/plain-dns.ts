/** Answers of Node's resolver, a line each, as zone files write them. */
export function plainDns(answers: unknown): readonly string[] {
  return (Array.isArray(answers) ? answers : [answers]).map(plain);
}

function plain(answer: unknown): string {
  if (Array.isArray(answer)) return JSON.stringify(answer.join(''));
  if (typeof answer !== 'object' || answer === null) return String(answer);
  const fields = answer as Readonly<Record<string, unknown>>;
  if ('weight' in fields) return [fields['priority'], fields['weight'], fields['port'], fields['name']].join(' ');
  if ('exchange' in fields) return [fields['priority'], fields['exchange']].join(' ');
  return Object.values(fields).join(' ');
}
