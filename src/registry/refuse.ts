import { ApiError, invalid } from '../model/errors.ts';
import type { FieldError } from '../model/errors.ts';
import type { Refusal } from './stage-request.ts';

/** One INVALID error for all refusals. A field that an earlier refusal names is not named again by a later one: it may only follow. `nameOf` says how a change is named in front of its fields: `changes[1]`, or nothing. */
export function refuse(refusals: readonly Refusal[], nameOf: (change: number) => string): ApiError {
  const list: FieldError[] = [], named = new Set<string>();
  for (const { change, error } of refusals) {
    const fields = (error.details.fields ?? []).map(({ path, message }) => ({ path: [nameOf(change), path].filter((part) => part !== '').join('.'), message }));
    const fresh = fields.filter(({ path }) => !named.has(path));
    list.push(...fresh);
    for (const { path } of fresh) named.add(path);
  }
  const subjects = new Set(refusals.map(({ error }) => JSON.stringify(error.details.subject)));
  const subject = refusals[0]?.error.details.subject;
  if (subjects.size === 1 && subject) return invalid(subject, list);
  return new ApiError('INVALID', `${subjects.size} objects are invalid: ${list.map(({ path, message }) => `${path}: ${message}`).join('; ')}`, { fields: list, subject });
}
