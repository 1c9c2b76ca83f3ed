import { ApiError } from '../../model/errors.ts';
import type { EventType, ObjectReference } from '../../model/object.ts';
import type { ApiContext } from '../context.ts';
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

/** Events of one request at most. */
const eventsAtMost = 500;

/** Records that something happened; equal events are counted. */
export const recordEvent: RootField<{ readonly input: RecordEventInput }> = {
  operation: ({ input }) => ({ type: 'verb', field: 'recordEvent', nodeNames: hostsOf([input]) }),
  run: ({ input }, context) => record([input], context),
};

/** The same for many, in order. */
export const recordEvents: RootField<{ readonly inputs: readonly RecordEventInput[] }> = {
  operation: ({ inputs }) => ({ type: 'verb', field: 'recordEvents', nodeNames: hostsOf(inputs) }),
  run: ({ inputs }, context) => {
    if (inputs.length > eventsAtMost) throw new ApiError('INVALID', `inputs: has ${inputs.length} events; must be at most ${eventsAtMost}`, { fields: [{ path: 'inputs', message: `has ${inputs.length} events; must be at most ${eventsAtMost}` }] });
    return record(inputs, context);
  },
};

function hostsOf(inputs: readonly RecordEventInput[]): readonly string[] {
  return [...new Set(inputs.flatMap(({ host }) => host ?? []))];
}

function record(inputs: readonly RecordEventInput[], { parts }: Pick<ApiContext, 'parts'>): { readonly revision: number } {
  for (const input of inputs) {
    const { involvedObject: object, reason, message, type = 'Normal', component, host } = withoutNull(input);
    parts.recorder.record({ object, reason, message, type, component, host });
  }
  return { revision: parts.store.snapshot().revision };
}
