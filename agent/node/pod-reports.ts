import type { Client } from '../../src/client/client.ts';
import { ApiError } from '../../src/model/errors.ts';
import type { Pod } from '../../src/model/object.ts';
import type { PodStatusSink } from '../kubelet/kubelet-context.ts';

const targetOf = ({ metadata }: Pod): { readonly namespace: string; readonly name: string; readonly uid: string } => ({ namespace: metadata.namespace ?? 'default', name: metadata.name, uid: metadata.uid });

/** Writes statuses through the API. */
export function createStatusSink(client: Pick<Client, 'updateStatus' | 'delete'>): PodStatusSink {
  return {
    updatePodStatus: (pod, status) => client.updateStatus('Pod', { ...targetOf(pod), resourceVersion: pod.metadata.resourceVersion }, status),
    async finishPod(pod) {
      try {
        await client.delete('Pod', targetOf(pod), { gracePeriodSeconds: 0 });
      } catch (error) {
        // Gone already, another of the same name is there, or that one is not this node's: all mean that this one is no more.
        if (!(error instanceof ApiError) || !['NOT_FOUND', 'CONFLICT', 'FORBIDDEN'].includes(error.code)) throw error;
      }
    },
  };
}
