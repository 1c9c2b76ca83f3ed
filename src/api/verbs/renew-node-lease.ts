import { formatTime } from '../../lib/clock.ts';
import { ApiError } from '../../model/errors.ts';
import { nameProblem } from '../../model/names.ts';
import type { RootField } from '../objects/root-field.ts';

/** A node's heartbeat; it is in no log and moves no revision. Heartbeats are written together, so a name that can't be stored must not come among them. */
export const renewNodeLease: RootField<{ readonly nodeName: string }> = {
  operation: ({ nodeName }) => ({ type: 'verb', field: 'renewNodeLease', nodeName }),
  run: async ({ nodeName }, { parts }) => {
    const message = nameProblem('dns-subdomain', nodeName);
    if (message) throw new ApiError('INVALID', `nodeName: ${message}`, { fields: [{ path: 'nodeName', message }] });
    return { renewTime: formatTime(await parts.store.leases.renewNode(nodeName)) };
  },
};
