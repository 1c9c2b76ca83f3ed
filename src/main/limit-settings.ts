import { defaultLimits } from '../api/limits.ts';
import type { Limits } from '../api/limits.ts';

/** The setting of each limit of the API, and the least that makes sense. */
export const limitSettings: { readonly [limit in keyof Limits]: readonly [setting: string, least: number] } = {
  bodyBytes: ['GANTRY_LIMIT_BODY_BYTES', 1024],
  tokens: ['GANTRY_LIMIT_TOKENS', 1],
  depth: ['GANTRY_LIMIT_DEPTH', 1],
  aliases: ['GANTRY_LIMIT_ALIASES', 0],
  directives: ['GANTRY_LIMIT_DIRECTIVES', 0],
  rootFields: ['GANTRY_LIMIT_ROOT_FIELDS', 1],
  fields: ['GANTRY_LIMIT_FIELDS', 1],
  cost: ['GANTRY_LIMIT_COST', 1],
  operationsPerSecond: ['GANTRY_LIMIT_OPERATIONS_PER_SECOND', 0],
  operationsAtOnce: ['GANTRY_LIMIT_OPERATIONS_AT_ONCE', 1],
  waitingEvents: ['GANTRY_LIMIT_WAITING_EVENTS', 1],
};

/** All limits; `read` gives a setting's value, or the default given to it. */
export function readLimits(read: (setting: string, fallback: number, least: number) => number): Limits {
  const entries = Object.entries(limitSettings).map(([limit, [setting, least]]) => [limit, read(setting, defaultLimits[limit as keyof Limits], least)] as const);
  return { ...defaultLimits, ...Object.fromEntries(entries) };
}
