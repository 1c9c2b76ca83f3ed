import { randomUUID } from 'node:crypto';
import type { Clock } from '../../lib/clock.ts';
import type { Messages } from '../../store/store.ts';
import { SubscriptionQueue } from '../watch/subscription-queue.ts';
import { answerTopic, nodeTopic } from './messages.ts';
import type { PodLogsRequest, ToNode, ToReader } from './messages.ts';
import type { NodeRequestTimes } from './node-requests.ts';

/** One message to an agent; see NodeRequest in the schema. */
export interface NodeRequest {
  readonly id: string;
  readonly podLogs?: PodLogsRequest | undefined;
  readonly cancel?: string | undefined;
}

const mostWaitingRequests = 1000;

/** Passes on what a node is asked for while its agent listens; says so to the askers, and tells them when the agent is gone. */
export function attendNode(messages: Messages, clock: Clock, times: Pick<NodeRequestTimes, 'wantMs'>, nodeName: string): AsyncGenerator<NodeRequest> {
  const attendance = randomUUID();
  /** Open requests, and when their readers were last heard of. */
  const open = new Map<string, number>();
  let replaced = false;
  let cancelSweep = () => {};
  const answer = (id: string, message: ToReader) => { messages.publish(answerTopic(id), JSON.stringify(message)).catch(() => undefined); };
  const queue = new SubscriptionQueue<NodeRequest>({
    limit: mostWaitingRequests,
    onEnd: () => {
      cancelSweep();
      stop();
      if (!replaced) for (const id of open.keys()) answer(id, { type: 'error', message: 'the connection to its agent broke' });
    },
  });
  const cancel = (id: string) => {
    if (open.delete(id)) queue.push({ id, cancel: id });
  };
  const stop = messages.subscribe(nodeTopic(nodeName), (payload) => {
    const message = JSON.parse(payload) as ToNode;
    switch (message.type) {
      case 'ask':
        open.set(message.id, clock.now());
        queue.push({ id: message.id, podLogs: message.podLogs });
        answer(message.id, { type: 'heard' });
        break;
      case 'want':
        if (open.has(message.id)) open.set(message.id, clock.now());
        break;
      case 'cancel':
        cancel(message.id);
        break;
      case 'attend':
        if (message.attendance === attendance) break;
        replaced = true;
        void queue.return();
    }
  });
  const sweep = () => {
    for (const [id, heardMs] of open) if (clock.now() - heardMs > 3 * times.wantMs) cancel(id);
    cancelSweep = clock.after(times.wantMs, sweep);
  };
  sweep();
  messages.publish(nodeTopic(nodeName), JSON.stringify({ type: 'attend', attendance } satisfies ToNode)).catch((error: unknown) => queue.fail(error));
  return queue;
}
