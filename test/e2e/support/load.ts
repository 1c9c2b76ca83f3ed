/** What a client saw while it asked without a pause. */
export interface Seen {
  readonly answers: readonly string[];
  /** Why requests failed. */
  readonly failures: readonly string[];
}

/** Asks an address for its page over new connections, `clients` at a time, until stopped. */
export function startLoad(url: string, clients: number): { stop(): Promise<Seen> } {
  const answers: string[] = [], failures: string[] = [];
  let isRunning = true;
  const ask = async () => {
    while (isRunning) {
      try {
        const response = await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(5000) });
        const text = await response.text();
        if (response.ok) answers.push(text); else failures.push(`${response.status} ${text}`);
      } catch (error) {
        failures.push(`${String(error)}: ${String((error as Error).cause)}`);
      }
    }
  };
  const all = Array.from({ length: clients }, ask);
  return { async stop() { isRunning = false; await Promise.all(all); return { answers, failures }; } };
}
