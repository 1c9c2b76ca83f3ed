import { formatTime } from '../../lib/clock.ts';
import { ApiError } from '../../model/errors.ts';
import type { RootField } from '../objects/root-field.ts';
import { changeInPlace } from './change-in-place.ts';
import type { VerbArgs } from './change-in-place.ts';

/** Marks the template, so that every Pod is replaced by the rules of a rollout. FORBIDDEN while paused, for nothing would happen. */
export const restartDeployment: RootField<VerbArgs> = {
  operation: () => ({ type: 'verb', field: 'restartDeployment' }),
  run: (args, context) => changeInPlace('Deployment', args, context, ({ metadata: { namespace, name, resourceVersion }, spec }) => {
    if (spec.paused) throw new ApiError('FORBIDDEN', `Deployment "${namespace}/${name}" is paused; resume it first`, { subject: { kind: 'Deployment', namespace, name } });
    const annotations = { 'kubectl.kubernetes.io/restartedAt': formatTime(context.parts.clock.now()) };
    return { verb: 'patch', kind: 'Deployment', target: { namespace, name, resourceVersion }, patch: { spec: { template: { metadata: { annotations } } } } };
  }),
};
