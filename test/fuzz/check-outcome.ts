import { errorCodes } from '../../src/model/errors.ts';
import type { FuzzInput } from './inputs/fuzz-input.ts';
import type { FuzzOutcome } from './send-input.ts';

const codes: ReadonlySet<unknown> = new Set([...Object.keys(errorCodes).filter((code) => code !== 'INTERNAL'), 'BAD_USER_INPUT', 'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'OPERATION_RESOLUTION_FAILURE', 'BAD_REQUEST']);
const closeCodes: ReadonlySet<number> = new Set([1000, 1002, 1007, 1009, 4400, 4401, 4403, 4409, 4429]);
const insides = /\n\s+at |node_modules|\.ts:\d+|"stack(trace)?"|PrismaClient|PostgresError/;

interface WireError {
  readonly message: unknown;
  readonly extensions?: { readonly code?: unknown };
}

/** What is wrong with how a server answered a malformed input; undefined where nothing is. */
export function problemOf(input: FuzzInput, { code, texts }: FuzzOutcome): string | undefined {
  if (input.via === 'websocket' ? !closeCodes.has(code) : code >= 500) return `ended with ${code}: ${texts.join(' ').slice(0, 300)}`;
  for (const text of texts) {
    if (insides.test(text)) return `shows its insides: ${text.slice(0, 600)}`;
    for (const { message, extensions } of errorsIn(text)) {
      if (!codes.has(extensions?.code)) return `has the code ${String(extensions?.code)}: ${String(message).slice(0, 300)}`;
    }
  }
  return undefined;
}

function errorsIn(text: string): readonly WireError[] {
  if (!text.startsWith('{')) return [];
  const { errors, payload, type } = JSON.parse(text) as { readonly errors?: readonly WireError[]; readonly payload?: unknown; readonly type?: string };
  if (type === 'error') return payload as readonly WireError[];
  if (type === 'next') return (payload as { readonly errors?: readonly WireError[] }).errors ?? [];
  return errors ?? [];
}
