/** Milliseconds for calls that only read or write Docker's own records. */
export const quickMs = 20_000;
/** Milliseconds for calls that start or end processes. */
export const slowMs = 120_000;

/** The engine did not answer in time: it may be overloaded, stuck or gone. */
export class EngineTimeout extends Error {
  override readonly name = 'EngineTimeout';
}

/** Runs one call and gives it up after `ms`. The call gets a signal that closes its connection. */
export async function timed<T>(what: string, ms: number, call: (abortSignal: AbortSignal) => Promise<T>, outer?: AbortSignal): Promise<T> {
  outer?.throwIfAborted();
  const controller = new AbortController();
  let giveUp: (reason: Error) => void = () => undefined;
  const limit = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  const timer = setTimeout(() => giveUp(new EngineTimeout(`Docker did not answer within ${ms / 1000} s: ${what}`)), ms);
  const onAbort = (): void => giveUp(outer?.reason instanceof Error ? outer.reason : new Error('aborted'));
  outer?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([call(controller.signal), limit]);
  } catch (error) {
    controller.abort();
    throw error;
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', onAbort);
  }
}

/** HTTP status of a refusal by the engine; undefined for any other error. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

/** The engine's own words, without the HTTP around them. */
export function engineMessage(error: unknown): string {
  const message = (error as { json?: { message?: unknown } } | undefined)?.json?.message;
  if (typeof message === 'string') return message;
  return error instanceof Error ? error.message : String(error);
}

/** Lets some refusals pass: 404 (gone already), 304 and 409 (already so). */
export async function ignoring<T>(statuses: readonly number[], call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    const status = statusOf(error);
    if (status !== undefined && statuses.includes(status)) return undefined;
    throw error;
  }
}

/** Runs work in turn. What is urgent goes before all that waits and is not. */
export type Limit = <T>(run: () => Promise<T>, isUrgent?: boolean) => Promise<T>;

/** At most `size` at a time; the others wait in line. */
export function createLimit(size: number): Limit {
  const urgent: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (run, isUrgent = false) => {
    if (running >= size) await new Promise<void>((resolve) => (isUrgent ? urgent : waiting).push(resolve));
    else running += 1;
    try {
      return await run();
    } finally {
      const next = urgent.shift() ?? waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
