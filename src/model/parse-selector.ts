import { ApiError } from './errors.ts';
import { nameProblem } from './names.ts';
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
  const fail = (token: Token, expected: string): never => {
    const message = `at character ${token.position} of ${JSON.stringify(text)}: found ${token.text === '' ? 'the end' : JSON.stringify(token.text)}, expected ${expected}`;
    throw new ApiError('INVALID', `${path}: ${message}`, { fields: [{ path, message }] });
  };
  return parseTokens(tokenize(text), fail);
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

type Fail = (token: Token, expected: string) => never;

const isWord = (token: Token) => /^[^=!(),]/.test(token.text);

function parseTokens(tokens: readonly Token[], fail: Fail): Selector {
  let next = 0;
  const peek = (): Token => tokens[Math.min(next, tokens.length - 1)] ?? { text: '', position: 1 };
  const take = (): Token => {
    const token = peek();
    next += 1;
    return token;
  };
  const takeKey = (): string => {
    const token = take();
    if (!isWord(token)) fail(token, 'a label key, such as app or example.com/team');
    const problem = nameProblem('label-key', token.text);
    return problem === undefined ? token.text : fail(token, `a label key: ${problem}`);
  };
  const takeValue = (): string => {
    if (!isWord(peek())) return '';
    const token = take();
    const problem = nameProblem('label-value', token.text);
    return problem === undefined ? token.text : fail(token, `a label value: ${problem}`);
  };
  const takeValues = (): readonly string[] => {
    const open = take();
    if (open.text !== '(') fail(open, '"(" and a list of values, such as (a,b)');
    if (peek().text === ')') fail(peek(), 'at least one value, such as (a,b)');
    const values = new Set([takeValue()]);
    while (peek().text === ',') {
      take();
      values.add(takeValue());
    }
    const close = take();
    if (close.text !== ')') fail(close, '"," or ")"');
    return [...values];
  };
  const takeRequirement = (): Requirement => {
    if (peek().text === '!') {
      take();
      return { key: takeKey(), operator: 'DoesNotExist', values: [] };
    }
    const key = takeKey();
    const operator = peek();
    if (operator.text === '' || operator.text === ',') return { key, operator: 'Exists', values: [] };
    take();
    switch (operator.text) {
      case '=':
      case '==': return { key, operator: 'In', values: [takeValue()] };
      case '!=': return { key, operator: 'NotIn', values: [takeValue()] };
      case 'in': return { key, operator: 'In', values: takeValues() };
      case 'notin': return { key, operator: 'NotIn', values: takeValues() };
      default: return fail(operator, '"=", "==", "!=", "in", "notin", "," or the end');
    }
  };
  if (peek().text === '') return [];
  const requirements = [takeRequirement()];
  while (peek().text !== '') {
    const comma = take();
    if (comma.text !== ',') fail(comma, '"," or the end');
    requirements.push(takeRequirement());
  }
  return requirements;
}
