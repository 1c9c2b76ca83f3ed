import type postgres from 'postgres';
import { ApiError } from '../model/errors.ts';

/** postgres.js with bigints that are numbers: revisions and epochs are safe integers. */
export type Sql = postgres.Sql<{ bigint: number }>;

const lostCodes: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ERR_STREAM_DESTROYED', 'ERR_SOCKET_CLOSED',
  'NO_PRIMARY', 'CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED', 'CONNECT_TIMEOUT',
  '57P01', '57P02', '57P03', '53300', '25006', '40001', '40P01', '55P03', 'P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037']);
/** What pg says where it gives no code. */
const lostMessage = /^Connection terminated|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed/;

/** Whether an error says that the database did not answer, or not as a server that takes writes: the statement may or may not have taken effect, and may be tried again. */
export function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined && (lostCodes.has(code) || code.startsWith('08'))) return true;
  return error instanceof Error && lostMessage.test(error.message);
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
