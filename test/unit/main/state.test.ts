import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureAdminToken } from '../../../src/main/admin-token.ts';
import { createProgress } from '../../../src/main/progress.ts';
import { readServerId } from '../../../src/main/server-id.ts';
import { lockState } from '../../../src/main/state-lock.ts';
import type { Credentials, Identity } from '../../../src/store/store.ts';

let folder: string;
beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'gantry-state-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('lockState', () => {
  test('refuses while another process runs and names it', () => {
    writeFileSync(path.join(folder, 'gantry.pid'), String(process.ppid));
    expect(() => lockState(folder)).toThrow(`process ${process.ppid}`);
  });

  test('takes over where the number belongs to a process that began after the lock was written', () => {
    const file = path.join(folder, 'gantry.pid');
    writeFileSync(file, String(process.ppid));
    utimesSync(file, 1_000_000_000, 1_000_000_000);
    lockState(folder)();
    expect(existsSync(file)).toBe(false);
  });

  test('takes over from a process that has died, and releases', () => {
    writeFileSync(path.join(folder, 'gantry.pid'), '4194305');
    const release = lockState(folder);
    expect(readFileSync(path.join(folder, 'gantry.pid'), 'utf8')).toBe(String(process.pid));
    release();
    expect(existsSync(path.join(folder, 'gantry.pid'))).toBe(false);
  });
});

test('the admin token is made once, for its owner only, and made valid each time', async () => {
  const ensured: [string, Identity][] = [];
  const credentials: Pick<Credentials, 'ensure'> = { ensure: async (token, identity) => { ensured.push([token, identity]); } };
  const first = await ensureAdminToken(folder, credentials), second = await ensureAdminToken(folder, credentials);
  expect(second).toEqual(first);
  expect(first.token).toMatch(/^[\w-]{43}$/);
  expect(statSync(first.file).mode & 0o777).toBe(0o600);
  expect(ensured).toEqual([[first.token, { type: 'admin', name: 'admin' }], [first.token, { type: 'admin', name: 'admin' }]]);
});

test('a state folder has one server id for good', async () => {
  const first = await readServerId(folder);
  expect(first).toMatch(/^[0-9a-f-]{36}$/);
  expect(await readServerId(folder)).toBe(first);
});

describe('progress', () => {
  const collect = () => { const parts: string[] = []; return { parts, out: { write: (text: string | Uint8Array) => { parts.push(String(text)); return true; } } }; };

  test('one line a step', async () => {
    const { parts, out } = collect();
    await createProgress(out, () => 0).step('Server', async () => 'ready');
    expect(parts).toEqual(['  ✓ Server         ready\n']);
  });

  test('a failure is shown and thrown on', async () => {
    const { parts, out } = collect();
    await expect(createProgress(out, () => 0).step('Server', async () => { throw new Error('no port'); })).rejects.toThrow('no port');
    expect(parts).toEqual(['  ✗ Server         no port\n']);
  });
});
