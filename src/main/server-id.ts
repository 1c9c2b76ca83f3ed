import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The id of the server of a state folder, made at its first start. Only whoever holds the folder's lock may go by it. */
export async function readServerId(stateFolder: string): Promise<string> {
  const file = path.join(stateFolder, 'server.id');
  const known = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (known) return known;
  const serverId = randomUUID();
  await writeFile(file, `${serverId}\n`, { mode: 0o600 });
  return serverId;
}
