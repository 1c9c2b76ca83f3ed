import { setTimeout as pause } from 'node:timers/promises';

/** What a client saw while it asked without a pause. */
export interface Seen {
  readonly answers: readonly string[];
  /** Why requests failed. */
  readonly failures: readonly string[];
}

/** One request: when it was sent, and the text that came or why none did. */
export interface Asked {
  readonly atMs: number;
  readonly answer?: string;
  readonly failure?: string;
}

/** Asks an address for its page over new connections, `clients` at a time, until stopped. */
export function startLoad(url: string, clients: number): { stop(): Promise<Seen> } {
  const load = startSteadyLoad(url, clients, 0);
  return {
    async stop() {
      const asked = await load.stop();
      return { answers: asked.flatMap(({ answer }) => answer ?? []), failures: asked.flatMap(({ failure }) => failure ?? []) };
    },
  };
}

/** The same with a pause after each answer, and with what became of every request, in the order of their ends. */
export function startSteadyLoad(url: string, clients: number, pauseMs: number): { readonly asked: readonly Asked[]; stop(): Promise<readonly Asked[]> } {
  const asked: Asked[] = [];
  let isRunning = true;
  const ask = async () => {
    while (isRunning) {
      const atMs = Date.now();
      try {
        const response = await fetch(url, { headers: { connection: 'close' }, signal: AbortSignal.timeout(5000) });
        const text = await response.text();
        asked.push(response.ok ? { atMs, answer: text } : { atMs, failure: `${response.status} ${text}` });
      } catch (error) {
        asked.push({ atMs, failure: `${String(error)}: ${String((error as Error).cause)}` });
      }
      if (pauseMs > 0) await pause(pauseMs);
    }
  };
  const all = Array.from({ length: clients }, ask);
  return { asked, async stop() { isRunning = false; await Promise.all(all); return asked; } };
}
