import type { Pod } from '../../src/model/object.ts';
import type { ObservedPod } from '../runtime/runtime.ts';
import { hasEnded } from './history.ts';
import type { KubeletContext } from './kubelet-context.ts';

const logLines = 80;
const logBytes = 2048;

/** Reads the last words of containers that have ended, once each: from their file, or from the end of their log after an error where that is allowed. */
export async function readMessages(uid: string, pod: Pod | undefined, observed: ObservedPod | undefined, messages: Map<string, string>, context: KubeletContext): Promise<void> {
  const specs = [...(pod?.spec.containers ?? []), ...(pod?.spec.initContainers ?? [])];
  for (const container of observed?.containers ?? []) {
    if (!hasEnded(container) || messages.has(container.id)) continue;
    const spec = specs.find(({ name }) => name === container.name);
    const fromFile = await context.volumes.terminationMessage(uid, container.name, container.attempt);
    const mayUseLog = spec?.terminationMessagePolicy === 'FallbackToLogsOnError' && container.exitCode !== 0 && container.startError === undefined;
    messages.set(container.id, fromFile ?? (mayUseLog ? await endOfLog(container.id, context) : ''));
  }
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
