import { describe, expect, test } from 'vitest';
import { isInstalled, planInstall } from '../../../scripts/setup/plan-install.mjs';

const lock = JSON.stringify({ packages: {
  '': { name: 'gantry' },
  'node_modules/a': { version: '1.0.0', integrity: 'x' },
  'node_modules/only-elsewhere': { version: '2.0.0', integrity: 'y', optional: true },
} });
const record = (version: string): string => JSON.stringify({ packages: { 'node_modules/a': { version, integrity: version === '1.0.0' ? 'x' : 'z' } } });

describe('isInstalled', () => {
  test('what the lock file asks for, without packages for other platforms', () => expect(isInstalled(lock, record('1.0.0'))).toBe(true));
  test('another version', () => expect(isInstalled(lock, record('1.0.1'))).toBe(false));
  test('a package is missing', () => expect(isInstalled(lock, JSON.stringify({ packages: {} }))).toBe(false));
  test('a package too many', () => expect(isInstalled(lock, JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0', integrity: 'x' }, 'node_modules/b': {} } }))).toBe(false));
  test('nothing at all', () => expect(isInstalled(lock, undefined)).toBe(false));
});

describe('planInstall', () => {
  const facts = { stamp: 's', wantedStamp: 's', lock, record: record('1.0.0'), hasNewNode: false };
  test('the stamp is right: nothing is looked at further', () => expect(planInstall({ ...facts, record: 'unread' })).toEqual({ isStale: false, isStamped: true }));
  test('installed by hand: only the stamp is written', () => expect(planInstall({ ...facts, stamp: undefined })).toEqual({ isStale: false, isStamped: false }));
  test('a new lock file', () => expect(planInstall({ ...facts, stamp: 'old', record: record('0.9.0') })).toMatchObject({ isStale: true, reason: 'package-lock.json has changed' }));
  test('a new Node', () => expect(planInstall({ ...facts, stamp: 'old', hasNewNode: true })).toMatchObject({ isStale: true }));
  test('a clean clone', () => expect(planInstall({ ...facts, stamp: undefined, record: undefined })).toEqual({ isStale: true, reason: 'not installed yet' }));
});
