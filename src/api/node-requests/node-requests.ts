import { randomUUID } from 'node:crypto';
import type { Clock } from '../../lib/clock.ts';
import { ApiError } from '../../model/errors.ts';
import type { Messages } from '../../store/store.ts';
import { SubscriptionQueue } from '../watch/subscription-queue.ts';
import { attendNode } from './attend-node.ts';
import type { NodeRequest } from './attend-node.ts';
import { answerTopic, endedTopic, nodeTopic, requestIdFor } from './messages.ts';
import type { PodLogsRequest, ToNode, ToReader } from './messages.ts';

/** One part of an answer, or why it failed. */
export interface NodeResponse {
  readonly requestId: string;
  readonly data?: string | null | undefined;
  readonly done?: boolean | null | undefined;
  readonly error?: string | null | undefined;
}

/** How long the two sides wait for each other. */
export interface NodeRequestTimes {
  /** For a word that the node's subscription has the request. */
  readonly heardMs: number;
  /** Between two parts of an answer that ends by itself. */
  readonly partMs: number;
  /** A reader says this often that it is still there; after three times as long without a word the node is told to stop. */
  readonly wantMs: number;
}

/** Questions to nodes over their own subscriptions, whichever servers the node and the reader are connected to. */
export interface NodeRequests {
  /** The node's side: what it is asked for. A newer subscription of the same node ends this one. */
  attend(nodeName: string): AsyncGenerator<NodeRequest>;
  /** A part of an answer from the node. False when nobody wants more. */
  respond(response: NodeResponse): Promise<boolean>;
  /** The reader's side: the answer's parts. Ends with UNAVAILABLE where the node is not connected, breaks off, or says that it failed. Stopping cancels the request. */
  ask(nodeName: string, podLogs: PodLogsRequest): AsyncGenerator<Uint8Array>;
  close(): void;
}

/** Usual times. */
export const nodeRequestTimes: NodeRequestTimes = { heardMs: 3000, partMs: 30_000, wantMs: 20_000 };

const mostWaitingParts = 2000;
const mostEndedRemembered = 10_000;

/** Questions to nodes over the store's messages. */
export function createNodeRequests(messages: Messages, clock: Clock, times: NodeRequestTimes = nodeRequestTimes): NodeRequests {
  const ended = new Set<string>();
  const stopListening = messages.subscribe(endedTopic, (id) => {
    ended.add(id);
    if (ended.size > mostEndedRemembered) for (const oldest of ended) { ended.delete(oldest); break; }
  });
  return {
    attend: (nodeName) => attendNode(messages, clock, times, nodeName),
    ask: (nodeName, podLogs) => askNode(messages, clock, times, nodeName, podLogs),
    respond: async ({ requestId, data, done, error }) => {
      if (ended.has(requestId)) return false;
      const send = (message: ToReader) => messages.publish(answerTopic(requestId), JSON.stringify(message));
      if (data) await send({ type: 'data', data });
      if (error != null) await send({ type: 'error', message: error });
      else if (done) await send({ type: 'done' });
      return !ended.has(requestId) && error == null && !done;
    },
    close: stopListening,
  };
}

function askNode(messages: Messages, clock: Clock, times: NodeRequestTimes, nodeName: string, podLogs: PodLogsRequest): AsyncGenerator<Uint8Array> {
  const id = requestIdFor(nodeName, randomUUID());
  const topic = nodeTopic(nodeName);
  const tell = (message: ToNode) => { messages.publish(topic, JSON.stringify(message)).catch((error: unknown) => queue.fail(error)); };
  const unavailable = (what: string) => queue.fail(new ApiError('UNAVAILABLE', `node "${nodeName}" ${what}`, { subject: { kind: 'Node', name: nodeName } }));
  let cancelTimer = () => {}, cancelWant = () => {};
  const expect = (ms: number, what: string) => {
    cancelTimer();
    cancelTimer = clock.after(ms, () => unavailable(what));
  };
  const keepWanting = () => {
    cancelWant = clock.after(times.wantMs, () => {
      tell({ type: 'want', id });
      keepWanting();
    });
  };
  let isDone = false;
  const queue = new SubscriptionQueue<Uint8Array>({
    limit: mostWaitingParts,
    onEnd: () => {
      cancelTimer();
      cancelWant();
      stop();
      messages.publish(endedTopic, id).catch(() => undefined);
      if (!isDone) messages.publish(topic, JSON.stringify({ type: 'cancel', id } satisfies ToNode)).catch(() => undefined);
    },
  });
  const stop = messages.subscribe(answerTopic(id), (payload) => {
    const message = JSON.parse(payload) as ToReader;
    cancelTimer();
    if (message.type === 'data') queue.push(Buffer.from(message.data, 'base64'));
    if (message.type === 'error') {
      isDone = true;
      unavailable(`answered: ${message.message}`);
    } else if (message.type === 'done') {
      isDone = true;
      queue.finish();
    } else if (!podLogs.follow) {
      expect(times.partMs, `sent nothing for ${times.partMs / 1000} s`);
    }
  });
  expect(times.heardMs, 'is not connected to any server; its agent has to run for this');
  keepWanting();
  tell({ type: 'ask', id, podLogs });
  return queue;
}
