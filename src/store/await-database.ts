import type { Clock } from '../lib/clock.ts';
import { choosePrimary, describeDatabase, explainNoPrimary, readDatabaseUrl } from './database-address.ts';
import { probeDatabase } from './probe-database.ts';

const retryMs = [100, 250, 500, 1_000, 2_000];

/**
 * Resolves when one of the servers that a URL names takes writes. Until then it asks again, every two seconds after the first few times, and tells each time
 * what it waits for. Rejects at once where waiting does not help: a wrong password, no such user or database.
 */
export async function awaitDatabase(databaseUrl: string, clock: Clock, tell: (waitingFor: string) => void): Promise<void> {
  const addresses = readDatabaseUrl(databaseUrl);
  for (let attempt = 0; ; attempt++) {
    const probes = await Promise.all(addresses.map(probeDatabase));
    if (choosePrimary(probes) !== undefined) return;
    const explained = explainNoPrimary(probes);
    if (probes.every(({ isRefusal }) => isRefusal === true)) throw new Error(`PostgreSQL at ${describeDatabase(databaseUrl)} lets nobody in: ${explained}`);
    tell(`PostgreSQL at ${describeDatabase(databaseUrl)}, which takes no writes yet: ${explained}`);
    await new Promise<void>((resolve) => void clock.after(retryMs[Math.min(attempt, retryMs.length - 1)] ?? 0, resolve));
  }
}
