import type { Logger } from 'pino';
import type { Client } from '../../src/client/client.ts';
import type { EventInputMessage } from '../../src/client/client.ts';
import { ApiError } from '../../src/model/errors.ts';
import type { Pod } from '../../src/model/object.ts';
import type { PodEvents, PodStatusSink } from '../kubelet/kubelet-context.ts';

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

const mostWaiting = 500;
const atOnce = 2;

/** Records events through the API, in order as far as possible; when the server is away for long the oldest are dropped. */
export function createPodEvents(client: Pick<Client, 'recordEvent'>, nodeName: string, logger: Logger): PodEvents {
  const waiting: EventInputMessage[] = [];
  let running = 0;
  const send = async (): Promise<void> => {
    running += 1;
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await client.recordEvent(next).catch((error: unknown) => logger.debug({ err: error, reason: next?.reason }, 'an event was not recorded'));
    }
    running -= 1;
  };
  return {
    record(pod, type, reason, message, container) {
      const { namespace, name, uid } = targetOf(pod);
      const fieldPath = container === undefined ? {} : { fieldPath: `spec.containers{${container}}` };
      waiting.push({ involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid, ...fieldPath }, type, reason, message: message.slice(0, 1024), component: 'kubelet', host: nodeName });
      if (waiting.length > mostWaiting) waiting.shift();
      if (running < atOnce) void send();
    },
  };
}
