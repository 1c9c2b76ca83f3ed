import type { StoredObject } from '../../model/object.ts';
import { valueAt } from './value-at.ts';

/** Comparisons of one field; all given ones must hold. Null is the same as absent. */
export interface StringFilter {
  readonly eq?: string | null | undefined;
  readonly ne?: string | null | undefined;
  readonly in?: readonly string[] | null | undefined;
  readonly notIn?: readonly string[] | null | undefined;
  readonly startsWith?: string | null | undefined;
  readonly contains?: string | null | undefined;
}

/** `where` of any kind: a StringFilter by filter name, besides `not` and `or`. */
export interface Where {
  readonly not?: Where | null | undefined;
  readonly or?: readonly Where[] | null | undefined;
  readonly [filter: string]: StringFilter | Where | readonly Where[] | null | undefined;
}

/** Whether an object is wanted. */
export type Matches = (object: StoredObject) => boolean;

/** Turns `where` into a test. An absent field compares as empty text, so `nodeName: {eq: ""}` finds Pods without a node. An empty `where` holds for all. */
export function compileWhere(filters: Readonly<Record<string, string>>, where: Where): Matches {
  const tests: Matches[] = [];
  for (const [name, condition] of Object.entries(where)) {
    if (condition == null) continue;
    if (name === 'not') {
      const inner = compileWhere(filters, condition as Where);
      tests.push((object) => !inner(object));
    } else if (name === 'or') {
      const choices = (condition as readonly Where[]).map((choice) => compileWhere(filters, choice));
      tests.push((object) => choices.some((choice) => choice(object)));
    } else if (filters[name] !== undefined) {
      const path = filters[name].split('.');
      const test = compileFilter(condition as StringFilter);
      tests.push((object) => test(String(valueAt(object, path) ?? '')));
    }
  }
  return (object) => tests.every((test) => test(object));
}

/** The only value that a field may have, where `where` says so. Lets a list begin with an index. */
export function onlyValue(where: Where | null | undefined, name: string): string | undefined {
  const filter = where?.[name] as StringFilter | null | undefined;
  return filter?.eq ?? (filter?.in?.length === 1 ? filter.in[0] : undefined);
}

function compileFilter(filter: StringFilter): (text: string) => boolean {
  const { eq, ne, in: among, notIn, startsWith, contains } = filter;
  const wanted = among && new Set(among), unwanted = notIn && new Set(notIn);
  return (text) => (eq == null || text === eq) && (ne == null || text !== ne) && (!wanted || wanted.has(text)) && (!unwanted || !unwanted.has(text))
    && (startsWith == null || text.startsWith(startsWith)) && (contains == null || text.includes(contains));
}
