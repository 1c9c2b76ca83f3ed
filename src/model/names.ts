const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

interface Rule {
  readonly pattern: RegExp;
  readonly max: number;
  /** What a right value looks like; completes "must …". */
  readonly must: string;
}

const rules = {
  'dns-subdomain': { pattern: new RegExp(`^${label}(\\.${label})*$`), max: 253, must: 'consist of lower case letters, digits, "-" and ".", and every part between dots must start and end with a letter or digit, such as "web-1.example"' },
  'dns-label': { pattern: new RegExp(`^${label}$`), max: 63, must: 'consist of lower case letters, digits and "-", and start and end with a letter or digit, such as "web-1"' },
  'dns-1035-label': { pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/, max: 63, must: 'consist of lower case letters, digits and "-", start with a letter and end with a letter or digit, such as "web-1"' },
  'port-name': { pattern: /^(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, max: 15, must: 'consist of lower case letters, digits and single "-", with at least one letter, and start and end with a letter or digit, such as "http"' },
  'config-key': { pattern: /^(?!\.\.?$)(?!\.\.)[-._a-zA-Z0-9]+$/, max: 253, must: 'consist of letters, digits, "-", "_" and ".", and not start with "..", such as "app.conf"' },
  'label-value': { pattern: /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/, max: 63, must: 'be empty or consist of letters, digits, "-", "_" and ".", and start and end with a letter or digit, such as "v1.2"' },
  'env-name': { pattern: /^(?!\.\.?$)(?!\.\.)[-._a-zA-Z][-._a-zA-Z0-9]*$/, max: 4096, must: 'consist of letters, digits, "_", "-" and ".", and not start with a digit, such as "LOG_LEVEL"' },
} as const satisfies Record<string, Rule>;

const keyName: Rule = { pattern: /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/, max: 63, must: 'consist of letters, digits, "-", "_" and ".", and start and end with a letter or digit, such as "app" or "example.com/app"' };

/** The rules that names of any sort follow. `label-key` is `[prefix/]name`, for labels, annotations, taints, finalizers and conditions. */
export type NameRule = keyof typeof rules | 'label-key';

/** What is wrong with a name, as a sentence that says what would be right; undefined where nothing is. */
export function nameProblem(rule: NameRule, text: string): string | undefined {
  return rule === 'label-key' ? keyProblem(text) : problem(rules[rule], text);
}

/** Whether a name follows a rule. */
export function isName(rule: NameRule, text: string): boolean {
  return nameProblem(rule, text) === undefined;
}

/** Whether a label or annotation key belongs to Kubernetes' own vocabulary (`kubernetes.io`, `k8s.io` and their subdomains). */
export function isReservedKey(key: string): boolean {
  return /^([^/]*\.)?(kubernetes|k8s)\.io\//.test(key);
}

/** The characters of generated names: no vowels and nothing that looks like something else. */
export const generatedAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A name from a prefix and five random characters, at most 63 long. `random` returns numbers from 0 up to but not including 1. */
export function generateName(prefix: string, random: () => number): string {
  const suffix = Array.from({ length: 5 }, () => generatedAlphabet[Math.floor(random() * generatedAlphabet.length)]).join('');
  return `${prefix.slice(0, 63 - suffix.length)}${suffix}`;
}

function keyProblem(text: string): string | undefined {
  const parts = text.split('/');
  if (parts.length > 2) return `${quote(text)} has more than one "/"; must be a name with at most one prefix, such as "example.com/app"`;
  const [prefix, name] = parts.length === 2 ? (parts as [string, string]) : [undefined, text];
  const wrongPrefix = prefix === undefined ? undefined : problem(rules['dns-subdomain'], prefix);
  return wrongPrefix ? `prefix ${wrongPrefix}` : problem(keyName, name);
}

function problem(rule: Rule, text: string): string | undefined {
  if (text.length > rule.max) return `${quote(text)} is ${text.length} characters long; must be at most ${rule.max}`;
  if (rule.pattern.test(text)) return undefined;
  return text === '' ? `must not be empty; must ${rule.must}` : `${quote(text)} must ${rule.must}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
