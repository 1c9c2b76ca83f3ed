import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Credentials } from '../store/store.ts';

/**
 * The administrator's token: made at the first start, kept in a file that only its owner can read, and made valid in the store at every start
 * (so a fresh database behind an old state folder still knows it). Returns the file's path and the token.
 */
export async function ensureAdminToken(stateFolder: string, credentials: Pick<Credentials, 'ensure'>): Promise<{ readonly file: string; readonly token: string }> {
  const file = path.join(stateFolder, 'admin.token');
  const token = (await readFile(file, 'utf8').catch(() => '')).trim() || await create(file);
  await credentials.ensure(token, { type: 'admin', name: 'admin' });
  return { file, token };
}

async function create(file: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, `${token}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return token;
}
