import type { Field } from '../../model/field.ts';

/** Reports counts below zero, and counts above the one that they are a part of, where `parts` names one. */
export function checkCounts<K extends string>(field: Field, counts: Readonly<Record<K, number>>, parts: ReadonlyArray<readonly [count: K, whole?: K]>): void {
  for (const [name, whole] of parts) {
    if (counts[name] < 0) field.at(name).fail(`is ${counts[name]}; must be at least 0`);
    if (whole !== undefined && counts[name] > counts[whole]) field.at(name).fail(`is ${counts[name]}; must be at most ${whole}, ${counts[whole]}`);
  }
}
