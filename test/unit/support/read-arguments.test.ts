import { expect, test } from 'vitest';
import { decimal, readArguments, whole } from '../../support/read-arguments.ts';

const options = {
  minutes: decimal(1, 0, 1440), kills: whole(20, 0, 100), faults: { type: 'words', of: ['one', 'two', 'three'], default: ['one'] }, place: { type: 'word', of: ['here', 'there'], default: 'here' },
  replay: { type: 'text' }, logs: { type: 'flag' },
} as const;
const read = (...argv: string[]) => readArguments(argv, options);

test('what is not said is as usual', () => expect(read()).toEqual({ values: { minutes: 1, kills: 20, faults: ['one'], place: 'here', replay: undefined, logs: false }, words: [], wantsHelp: false, problems: [] }));

test('values come in both spellings, and lists in their own order', () => expect(read('--minutes=2.5', '--kills', '3', '--faults', 'three,one', '--place', 'there', '--replay', 'a:1:2', '--logs').values)
  .toEqual({ minutes: 2.5, kills: 3, faults: ['one', 'three'], place: 'there', replay: 'a:1:2', logs: true }));

test('help is asked for', () => expect(read('--help')).toMatchObject({ wantsHelp: true, problems: [] }));

test.each([
  [['--bogus'], '--bogus is no option'],
  [['--constructor', 'x'], '--constructor is no option'],
  [['--minutes'], '--minutes wants a value'],
  [['--minutes='], '--minutes is ""; a number from 0 to 1440 is wanted'],
  [['--minutes', 'abc'], '--minutes is "abc"; a number from 0 to 1440 is wanted'],
  [['--kills=-3'], '--kills is "-3"; a whole number from 0 to 100 is wanted'],
  [['--kills', '1.5'], '--kills is "1.5"; a whole number from 0 to 100 is wanted'],
  [['--faults', 'one,four'], '--faults names "four"; known are one, two, three'],
  [['--place', 'nowhere'], '--place is "nowhere"; one of here, there is wanted'],
  [['--logs=yes'], '--logs takes no value'],
  [['stray'], 'stray: nothing may stand here without an option'],
])('%s is explained', (argv, problem) => expect(read(...argv).problems).toContain(problem));

test('every problem is named at once', () => expect(read('--bogus', '--minutes', 'x', '--place', 'y').problems).toHaveLength(3));

test('words may stand alone where they are known', () => {
  expect(readArguments(['store', '--logs', 'lists'], options, ['store', 'lists'])).toMatchObject({ words: ['store', 'lists'], values: { logs: true }, problems: [] });
  expect(readArguments(['nope'], options, ['store', 'lists']).problems).toEqual(['nope: one of store, lists is wanted']);
});
