import postgres from 'postgres';
import { ApiError } from '../model/errors.ts';

/** A pool of postgres.js whose bigints are numbers: revisions and epochs are safe integers. */
export type Sql = postgres.Sql<{ bigint: number }>;

/** Connections open when first used, and again after a loss. Each query that was under way at a loss rejects; see `isConnectionLoss`. */
export function connect(databaseUrl: string, connections: number): Sql {
  return postgres(databaseUrl, {
    max: connections,
    connect_timeout: 3,
    fetch_types: false,
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 1),
    onnotice: () => undefined,
    connection: { application_name: 'gantry' },
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
  });
}

const lostCodes: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH',
  'CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED', 'CONNECT_TIMEOUT',
  '57P01', '57P02', '57P03', '53300', '25006', '40001', '40P01', '55P03', 'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037']);

/** Whether an error says that the database did not answer, or not as a server that takes writes: the statement may or may not have taken effect, and may be tried again. */
export function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return error instanceof Error && error.message.startsWith('Connection terminated');
  return lostCodes.has(code) || code.startsWith('08');
}

/** What the work gives; rejects with UNAVAILABLE when the database does not answer, and with the work's own error otherwise. */
export async function answered<T>(work: PromiseLike<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw isConnectionLoss(error) ? new ApiError('UNAVAILABLE', 'the database does not answer', { cause: error }) : error;
  }
}

/** PostgreSQL's own code where Prisma passes it on, else the error's. */
function codeOf(error: unknown): string | undefined {
  const { code, meta } = (error ?? {}) as { code?: unknown; meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } } };
  const given = meta?.driverAdapterError?.cause?.originalCode ?? code;
  return typeof given === 'string' ? given : undefined;
}
