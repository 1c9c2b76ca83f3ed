import { formatTime } from '../../lib/clock.ts';
import type { RootField } from '../objects/root-field.ts';

/** A node's heartbeat; it is in no log and moves no revision. */
export const renewNodeLease: RootField<{ readonly nodeName: string }> = {
  operation: ({ nodeName }) => ({ type: 'verb', field: 'renewNodeLease', nodeName }),
  run: async ({ nodeName }, { parts }) => ({ renewTime: formatTime(await parts.store.leases.renewNode(nodeName)) }),
};
