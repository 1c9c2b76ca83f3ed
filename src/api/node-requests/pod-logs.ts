import { ApiError, notFound } from '../../model/errors.ts';
import type { Pod } from '../../model/object.ts';
import type { ApiContext } from '../context.ts';
import { SubscriptionQueue } from '../watch/subscription-queue.ts';
import { LogLines } from './log-lines.ts';
import type { PodLogsRequest } from './messages.ts';

/** Arguments of `podLogs`, as query and as subscription. Null is the same as absent. */
export interface PodLogsArgs {
  readonly namespace?: string | null | undefined;
  readonly name: string;
  readonly container?: string | null | undefined;
  readonly tailLines?: number | null | undefined;
  readonly sinceSeconds?: number | null | undefined;
  readonly timestamps?: boolean | null | undefined;
  readonly previous?: boolean | null | undefined;
}

const mostBytes = 10 * 1024 * 1024;

/** The end of a container's log. */
export async function readPodLogs(args: PodLogsArgs, context: ApiContext): Promise<{ container: string; lines: readonly string[] }> {
  const { nodeName, request } = locate(args, context, false);
  const lines: string[] = [];
  const cut = new LogLines();
  let bytes = 0;
  const answer = context.parts.nodeRequests.ask(nodeName, request);
  const onAbort = () => void answer.return(undefined);
  context.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    for await (const part of answer) {
      bytes += part.length;
      if (bytes > mostBytes) throw new ApiError('LIMIT_EXCEEDED', `the log is over the limit of ${mostBytes} bytes; ask for fewer lines with tailLines, or follow it by subscription`);
      lines.push(...cut.push(part));
    }
  } finally {
    context.signal?.removeEventListener('abort', onAbort);
  }
  return { container: request.container, lines: [...lines, ...cut.end()] };
}

/** A container's log: its end, then each line as it is written, until the container ends. */
export function followPodLogs(args: PodLogsArgs, context: ApiContext): AsyncGenerator<{ readonly line: string }> {
  const { nodeName, request } = locate(args, context, true);
  const answer = context.parts.nodeRequests.ask(nodeName, request);
  const ended = context.parts.metrics.subscriptionStarted('podLogs');
  const queue = new SubscriptionQueue<{ readonly line: string }>({ limit: 100_000, onEnd: () => { ended(); void answer.return(undefined); } });
  void pump(answer, queue);
  return queue;
}

async function pump(answer: AsyncGenerator<Uint8Array>, queue: SubscriptionQueue<{ readonly line: string }>): Promise<void> {
  const cut = new LogLines();
  try {
    for await (const part of answer) for (const line of cut.push(part)) queue.push({ line });
    for (const line of cut.end()) queue.push({ line });
    queue.finish();
  } catch (error) {
    queue.fail(error);
  }
}

function locate(args: PodLogsArgs, context: ApiContext, follow: boolean): { nodeName: string; request: PodLogsRequest } {
  const subject = { kind: 'Pod', namespace: args.namespace ?? 'default', name: args.name };
  const pod = context.reading.snapshot().get('Pod', subject.namespace, subject.name);
  if (!pod) throw notFound(subject);
  for (const path of ['tailLines', 'sinceSeconds'] as const) {
    if ((args[path] ?? 0) < 0) throw new ApiError('INVALID', `${path}: must not be negative`, { subject, fields: [{ path, message: 'must not be negative' }] });
  }
  const container = chooseContainer(pod, args.container ?? undefined);
  if (!pod.spec.nodeName) throw new ApiError('UNAVAILABLE', `Pod "${subject.namespace}/${subject.name}" is on no node yet, so it has no log`, { subject });
  return {
    nodeName: pod.spec.nodeName,
    request: {
      podUid: pod.metadata.uid, container, tailLines: args.tailLines ?? undefined, sinceSeconds: args.sinceSeconds ?? undefined,
      timestamps: args.timestamps ?? false, previous: args.previous ?? false, follow,
    },
  };
}

function chooseContainer(pod: Pod, wanted: string | undefined): string {
  const names = [...pod.spec.initContainers ?? [], ...pod.spec.containers].map((container) => container.name);
  const fail = (message: string): never => {
    const subject = { kind: 'Pod', namespace: pod.metadata.namespace, name: pod.metadata.name };
    throw new ApiError('INVALID', `container: ${message}`, { subject, fields: [{ path: 'container', message }] });
  };
  if (wanted !== undefined) return names.includes(wanted) ? wanted : fail(`Pod "${pod.metadata.name}" has no container "${wanted}"; it has ${names.join(', ')}`);
  const [only, ...others] = pod.spec.containers;
  return only && others.length === 0 ? only.name : fail(`Pod "${pod.metadata.name}" has several containers; name one of ${names.join(', ')}`);
}
