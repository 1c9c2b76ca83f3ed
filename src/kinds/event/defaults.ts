import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { EventInput } from '../../model/object.ts';
import type { Content } from '../kind.ts';

/** Fills an Event. */
export function applyDefaults(input: EventInput): Content<'Event'> {
  const { involvedObject, reason, message = '', type = 'Normal', source, count = 1, firstTimestamp, lastTimestamp } = input;
  return { involvedObject, reason, message, type, source: withoutUndefined({ ...source, component: source?.component ?? '' }), count, firstTimestamp, lastTimestamp };
}
