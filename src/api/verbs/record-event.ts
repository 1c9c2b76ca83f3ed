import type { EventType, ObjectReference } from '../../model/object.ts';
import { withoutNull } from '../objects/plain-input.ts';
import type { RootField } from '../objects/root-field.ts';

interface RecordEventInput {
  readonly involvedObject: ObjectReference;
  readonly reason: string;
  readonly message: string;
  readonly type?: EventType | undefined;
  readonly component: string;
  readonly host?: string | undefined;
}

/** Records that something happened; equal events are counted. */
export const recordEvent: RootField<{ readonly input: RecordEventInput }> = {
  operation: ({ input }) => ({ type: 'verb', field: 'recordEvent', nodeName: input.host ?? undefined }),
  run: ({ input }, { parts }) => {
    const { involvedObject: object, reason, message, type = 'Normal', component, host } = withoutNull(input);
    parts.recorder.record({ object, reason, message, type, component, host });
    return { revision: parts.store.snapshot().revision };
  },
};
