import type { Container, Pod } from '../../src/model/object.ts';
import type { ObservedPod } from '../runtime/runtime.ts';
import { conceal, secretValues } from './env/conceal.ts';
import { hasEnded } from './history.ts';
import type { KubeletContext } from './kubelet-context.ts';
import { envSources } from './start-container.ts';

const logLines = 80;
const logBytes = 2048;

/** Reads the last words of containers that have ended, once each: why they could not start, what is in their file, or the end of their log after an error where that is allowed. */
export async function readMessages(uid: string, pod: Pod | undefined, observed: ObservedPod | undefined, messages: Map<string, string>, context: KubeletContext): Promise<void> {
  const specs = [...(pod?.spec.containers ?? []), ...(pod?.spec.initContainers ?? [])];
  for (const container of observed?.containers ?? []) {
    if (!hasEnded(container) || messages.has(container.id)) continue;
    const spec = specs.find(({ name }) => name === container.name);
    if (container.startError !== undefined) {
      messages.set(container.id, pod && spec ? whyNotStarted(pod, spec, container.startError, context) : '');
      continue;
    }
    const fromFile = await context.volumes.terminationMessage(uid, container.name, container.attempt);
    const mayUseLog = spec?.terminationMessagePolicy === 'FallbackToLogsOnError' && container.exitCode !== 0;
    messages.set(container.id, fromFile ?? (mayUseLog ? await endOfLog(container.id, context) : ''));
  }
}

/** The engine repeats the command line, in which variables may stand. */
function whyNotStarted(pod: Pod, spec: Container, startError: string, context: KubeletContext): string {
  return conceal(startError, secretValues(pod, spec, envSources(context, undefined)));
}

async function endOfLog(id: string, context: KubeletContext): Promise<string> {
  const lines: string[] = [];
  try {
    for await (const line of context.runtime.logs(id, { tailLines: logLines, timestamps: false, follow: false }, AbortSignal.timeout(10_000))) lines.push(line);
  } catch (error) {
    context.logger.debug({ err: error }, 'the log of an ended container could not be read');
  }
  return lines.join('\n').slice(-logBytes);
}
