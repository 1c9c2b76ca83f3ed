import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { choosePrimary, describeDatabase, explainNoPrimary, readDatabaseUrl } from '../../../src/store/database-address.ts';
import type { DatabaseProbe } from '../../../src/store/database-address.ts';

describe('readDatabaseUrl', () => {
  test('several servers, each as a URL of its own', () => {
    expect(readDatabaseUrl('postgres://u:p%40@one:5433,two/db?target_session_attrs=read-write&sslmode=require')).toEqual([
      { host: 'one', port: 5433, url: 'postgres://u:p%40@one:5433/db?sslmode=require' },
      { host: 'two', port: 5432, url: 'postgres://u:p%40@two:5432/db?sslmode=require' },
    ]);
  });
  test('one server, with or without a port, by name or address', () => {
    expect(readDatabaseUrl('postgresql://one/db')).toEqual([{ host: 'one', port: 5432, url: 'postgresql://one:5432/db' }]);
    expect(readDatabaseUrl('postgresql://u@[::1]:5433/db?target_session_attrs=primary')).toEqual([{ host: '::1', port: 5433, url: 'postgresql://u@[::1]:5433/db' }]);
  });
  test.each(['', 'mysql://one/db', 'postgres://one:port/db', 'postgres://secret@/db', 'postgres://secret@one,,two/db', 'postgres://secret@one:99999/db'])('%j is refused without telling who logs in', (text) => {
    expect(() => readDatabaseUrl(text)).toThrow(/^(?!.*secret).*postgres:\/\/user:password@host/);
  });
  test('people see no password', () => expect(describeDatabase('postgres://u:secret@one:1,two:2/db?x=y')).toBe('one:1,two:2/db'));
});

describe('choosePrimary', () => {
  const at = (port: number): DatabaseProbe['address'] => ({ host: 'h', port, url: '' });
  const probe = fc.record({ takesWrites: fc.boolean(), timeline: fc.integer({ min: 1, max: 4 }) });
  test('takes one that takes writes, never one that was replaced by a later promotion', () => {
    fc.assert(fc.property(fc.array(fc.option(probe, { nil: undefined }), { maxLength: 5 }), (answers) => {
      const probes = answers.map((answer, port): DatabaseProbe => ({ address: at(port), answer }));
      const chosen = choosePrimary(probes);
      const latest = Math.max(0, ...answers.map((answer) => (answer?.takesWrites ? answer.timeline : 0)));
      if (chosen === undefined) expect(latest).toBe(0);
      else expect(answers[chosen.port]).toEqual({ takesWrites: true, timeline: latest });
    }));
  });
  test('says what is wrong with each where none does', () => {
    expect(explainNoPrimary([{ address: at(1), answer: { takesWrites: false, timeline: 1 } }, { address: at(2), answer: undefined, problem: 'refused' }]))
      .toBe('h:1 is a standby; h:2 does not answer (refused)');
  });
});
