import { ApiError } from './errors.ts';
import { nameProblem } from './names.ts';
import type { NameRule } from './names.ts';
import type { Requirement, Selector } from './selector.ts';

interface Token {
  readonly text: string;
  /** Counted from 1. */
  readonly position: number;
}

const tokenPattern = /\s*(==|!=|[=!(),]|[^\s=!(),]+|$)/y;

/**
 * Reads a selector: `k=v`, `k==v`, `k!=v`, `k in (a,b)`, `k notin (a,b)`, `k`, `!k`, joined by commas that mean AND. An empty text selects everything.
 * Throws ApiError INVALID whose field error, at `path`, says at which character it went wrong and what would be right.
 */
export function parseSelector(text: string, path = 'labelSelector'): Selector {
  const cursor = cursorOver(text, path);
  if (cursor.peek() === '') return [];
  const requirements = [takeRequirement(cursor)];
  while (cursor.peek() !== '') {
    cursor.expect(',', '"," or the end');
    requirements.push(takeRequirement(cursor));
  }
  return requirements;
}

/** Walks over the tokens of a text. The end is an empty token that never runs out. */
interface Cursor {
  peek(): string;
  take(): string;
  /** Takes one token, which must be this one. */
  expect(wanted: string, description: string): void;
  /** Takes a word that must follow a rule. */
  takeName(rule: NameRule, description: string): string;
  /** Refuses the next token. */
  fail(expected: string): never;
}

function cursorOver(text: string, path: string): Cursor {
  const tokens = tokenize(text);
  let next = 0;
  const current = (): Token => tokens[next] ?? { text: '', position: text.length + 1 };
  const fail = (expected: string): never => {
    const { text: found, position } = current();
    const message = `at character ${position} of ${JSON.stringify(text)}: found ${found === '' ? 'the end' : JSON.stringify(found)}, expected ${expected}`;
    throw new ApiError('INVALID', `${path}: ${message}`, { fields: [{ path, message }] });
  };
  const take = (): string => {
    const token = current().text;
    next += 1;
    return token;
  };
  return {
    peek: () => current().text,
    take,
    expect: (wanted, description) => void (current().text === wanted ? take() : fail(description)),
    takeName: (rule, description) => {
      const problem = nameProblem(rule, current().text);
      return problem === undefined ? take() : fail(`${description}: ${problem}`);
    },
    fail,
  };
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  for (let match = tokenPattern.exec(text); match !== null; match = tokenPattern.exec(text)) {
    const word = match[1] ?? '';
    tokens.push({ text: word, position: tokenPattern.lastIndex - word.length + 1 });
    if (word === '') break;
  }
  return tokens;
}

function takeRequirement(cursor: Cursor): Requirement {
  if (cursor.peek() === '!') {
    cursor.take();
    return { key: takeKey(cursor), operator: 'DoesNotExist', values: [] };
  }
  const key = takeKey(cursor);
  switch (cursor.peek()) {
    case '':
    case ',': return { key, operator: 'Exists', values: [] };
    case '=':
    case '==': return { key, operator: 'In', values: [takeValue(cursor, 1)] };
    case '!=': return { key, operator: 'NotIn', values: [takeValue(cursor, 1)] };
    case 'in': return { key, operator: 'In', values: takeValues(cursor) };
    case 'notin': return { key, operator: 'NotIn', values: takeValues(cursor) };
    default: return cursor.fail('"=", "==", "!=", "in", "notin", "," or the end');
  }
}

function takeKey(cursor: Cursor): string {
  return cursor.takeName('label-key', 'a label key, such as app or example.com/team');
}

/** A value after `skip` tokens; an empty one where none is written. */
function takeValue(cursor: Cursor, skip = 0): string {
  for (let skipped = 0; skipped < skip; skipped += 1) cursor.take();
  return isWord(cursor.peek()) ? cursor.takeName('label-value', 'a label value') : '';
}

function takeValues(cursor: Cursor): readonly string[] {
  cursor.take();
  cursor.expect('(', '"(" and a list of values, such as (a,b)');
  if (cursor.peek() === ')') cursor.fail('at least one value, such as (a,b)');
  const values = new Set([takeValue(cursor)]);
  while (cursor.peek() === ',') values.add(takeValue(cursor, 1));
  cursor.expect(')', '"," or ")"');
  return [...values];
}

function isWord(token: string): boolean {
  return /^[^=!(),]/.test(token);
}
