import type { Intent, LogEntry, Operation, Rule, Violation } from '../history.ts';
import { checkOrder } from './check-order.ts';

/** An entry of the log with the revision that its object had before. */
interface Step extends LogEntry {
  readonly previous: number | undefined;
}

/**
 * Every acknowledged operation is in the log whole, at the revision it was told, with its preconditions met; a refused one is not; one of unknown
 * outcome is there whole or not at all; and nothing is there that nobody asked for.
 */
export function checkOperations(operations: readonly Operation[], scoped: readonly LogEntry[]): readonly Violation[] {
  const log = new IndexedLog(scoped);
  const violations: Violation[] = [];
  const placed: { operation: Operation; revision: number }[] = [];
  // Those that know their place claim it first; a deletion carries no mark of its operation, so the others take what is left.
  const isKnown = ({ outcome }: Operation): boolean => outcome.type === 'acknowledged';
  for (const operation of [...operations.filter(isKnown), ...operations.filter((each) => !isKnown(each))]) {
    const { revision, problems } = place(operation, log);
    violations.push(...problems);
    if (revision !== undefined) placed.push({ operation, revision });
  }
  for (const { revision, key, type, value } of log.unclaimed()) violations.push({ rule: 'invented', message: `${revision}: ${key} ${type} ${value ?? ''} was asked for by no operation` });
  return [...violations, ...checkOrder(placed)];
}

/** Where an operation took effect, and what is wrong with it. Claims its entries. */
function place(operation: Operation, log: IndexedLog): { readonly revision: number | undefined; readonly problems: readonly Violation[] } {
  const { id, outcome, intents } = operation;
  const seen = log.revisionsOf(operation);
  const told = outcome.type === 'acknowledged' ? outcome.revision : undefined;
  const revision = told ?? seen[0];
  if (revision === undefined) return { revision, problems: [] };
  const steps = intents.map((intent) => log.claim(revision, intent, id));
  const missing = intents.filter((_, at) => steps[at] === undefined).map(({ key }) => key);
  const problem = (rule: Rule, message: string): Violation => ({ rule, message: `${id} (${outcome.type}) at ${revision}: ${message}` });
  const problems: Violation[] = [];
  if (outcome.type === 'refused') problems.push(problem('refused', `was refused with ${outcome.code} and yet written`));
  if (missing.length > 0) problems.push(problem(missing.length === intents.length ? 'lost' : 'torn', `the log does not hold ${missing.join(', ')}`));
  const elsewhere = seen.filter((each) => each !== revision);
  if (elsewhere.length > 0) problems.push(problem('repeated', `is also at ${elsewhere.join(', ')}`));
  for (const other of elsewhere) for (const intent of intents) log.claim(other, intent, id);
  intents.forEach((intent, at) => {
    const step = steps[at];
    if (step && 'expected' in intent && step.previous !== intent.expected) problems.push(problem('precondition', `${intent.key} was to be at ${intent.expected} and was at ${step.previous}`));
  });
  return { revision, problems };
}

/** The log by value and by deletion; knows what was claimed. */
class IndexedLog {
  readonly #steps = new Map<string, Step>();
  readonly #byValue = new Map<string, number[]>();
  readonly #deletions = new Map<string, number[]>();
  readonly #claimed = new Set<Step>();

  constructor(scoped: readonly LogEntry[]) {
    const revisions = new Map<string, number>();
    for (const entry of scoped) {
      const previous = revisions.get(entry.key);
      this.#steps.set(`${entry.revision} ${entry.key}`, { ...entry, previous });
      if (entry.type === 'DELETED') push(this.#deletions, `${entry.key} ${previous}`, entry.revision);
      else push(this.#byValue, entry.value ?? '', entry.revision);
      if (entry.type === 'DELETED') revisions.delete(entry.key);
      else revisions.set(entry.key, entry.revision);
    }
  }

  /** Where the operation's mark is found; for one that only deletes, where its unclaimed deletions all are. */
  revisionsOf({ id, intents, outcome }: Operation): readonly number[] {
    const marked = [...new Set(this.#byValue.get(id) ?? [])];
    const [first] = intents;
    if (marked.length > 0 || outcome.type !== 'unknown' || first?.type !== 'delete' || intents.some(({ type }) => type !== 'delete')) return marked;
    const fits = (revision: number): boolean => intents.every((intent) => {
      const step = this.#steps.get(`${revision} ${intent.key}`);
      return step?.type === 'DELETED' && !this.#claimed.has(step);
    });
    return (this.#deletions.get(`${first.key} ${first.expected}`) ?? []).filter(fits).slice(0, 1);
  }

  claim(revision: number, intent: Intent, id: string): Step | undefined {
    const step = this.#steps.get(`${revision} ${intent.key}`);
    if (!step || this.#claimed.has(step) || !agrees(step, intent, id)) return undefined;
    this.#claimed.add(step);
    return step;
  }

  unclaimed(): readonly Step[] {
    return [...this.#steps.values()].filter((step) => !this.#claimed.has(step));
  }
}

function agrees({ type, value }: Step, intent: Intent, id: string): boolean {
  switch (intent.type) {
    case 'create': return type === 'ADDED' && value === id;
    case 'update': return type === 'MODIFIED' && value === id;
    case 'apply': return type !== 'DELETED' && value === id;
    case 'delete': return type === 'DELETED';
  }
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
