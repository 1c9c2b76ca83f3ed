import { vi } from 'vitest';

/** Waits until an assertion holds, looking again and again, for as long as a busy machine may need; then rejects as the assertion did. */
export function soon<T>(assertion: () => Promise<T> | T): Promise<T> {
  return vi.waitFor(assertion, { timeout: 30_000, interval: 20 });
}
