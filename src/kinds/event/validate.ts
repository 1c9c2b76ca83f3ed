import { checkNotEmpty, checkRange } from '../../model/check-values.ts';
import type { FieldError } from '../../model/errors.ts';
import { collectErrors } from '../../model/field.ts';
import type { Event } from '../../model/object.ts';

/** Everything that is wrong with an Event. It lives in the namespace of its object; those of cluster-scoped objects live in `default`. */
export function validate(event: Event): readonly FieldError[] {
  return collectErrors((root) => {
    const { involvedObject: involved, metadata } = event;
    checkNotEmpty(root.at('involvedObject').at('kind'), involved.kind);
    checkNotEmpty(root.at('involvedObject').at('name'), involved.name);
    const namespace = involved.namespace === undefined || involved.namespace === '' ? 'default' : involved.namespace;
    if (metadata.namespace !== namespace) root.at('involvedObject').at('namespace').fail(`the event is in namespace ${JSON.stringify(metadata.namespace)}; must be in that of its object, ${JSON.stringify(namespace)}`);
    checkNotEmpty(root.at('reason'), event.reason);
    checkRange(root.at('count'), event.count, 1);
    if (Date.parse(event.lastTimestamp) < Date.parse(event.firstTimestamp)) root.at('lastTimestamp').fail(`is before firstTimestamp, ${event.firstTimestamp}; must be at or after it`);
  });
}

/** Everything that is wrong with a change of an Event: what it is about stays. */
export function validateUpdate(next: Event, previous: Event): readonly FieldError[] {
  return collectErrors((root) => {
    const isSame = next.involvedObject.uid === previous.involvedObject.uid && next.involvedObject.name === previous.involvedObject.name && next.involvedObject.kind === previous.involvedObject.kind;
    if (!isSame) root.at('involvedObject').fail('never changes once the object exists; make a new event instead');
  });
}
