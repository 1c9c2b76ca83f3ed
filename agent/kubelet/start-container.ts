import type { Pod } from '../../src/model/object.ts';
import { containerSpec } from './container-spec.ts';
import { ensureImage } from './ensure-image.ts';
import { buildEnv } from './env/build-env.ts';
import type { EnvSources } from './env/build-env.ts';
import type { KubeletContext } from './kubelet-context.ts';
import type { PodStep } from './pod-facts.ts';
import { runHook } from './run-hook.ts';
import { StepError } from './step-error.ts';

type StartStep = Extract<PodStep, { do: 'startContainer' }>;

const postStartMs = 3_600_000;

/** What a container of this Pod can refer to now. */
export function envSources(context: KubeletContext, podIP: string | undefined): EnvSources {
  const { view, node } = context;
  const { hostIP, allocatable } = node();
  return {
    configMap: (namespace, name) => view.configMap(namespace, name),
    secret: (namespace, name) => view.secret(namespace, name),
    services: () => view.services(),
    addresses: { podIP, hostIP },
    allocatable,
  };
}

/** A container that was started but whose postStart hook failed: it has to be stopped again. */
export class HookFailure extends StepError {
  constructor(readonly containerId: string, message: string) {
    super('PostStartHookError', message);
  }
}

/** Image, variables, mounts, start, postStart hook. Throws StepError with the reason that the status shows. */
export async function startContainer(pod: Pod, step: StartStep, podIP: string | undefined, context: KubeletContext, signal: AbortSignal): Promise<void> {
  const container = [...pod.spec.initContainers, ...pod.spec.containers].find(({ name }) => name === step.name);
  if (!container) return;
  const { runtime, events, volumes } = context;
  const image = await ensureImage(pod, container, context, signal);
  const sources = envSources(context, podIP);
  const env = buildEnv(pod, container, sources);
  const mounts = await volumes.mounts(pod, container, step.attempt, env, sources);
  const spec = containerSpec(pod, container, { ...step, image, env, mounts, nodeMemoryBytes: context.node().memoryBytes });
  if (podIP !== undefined) await admit(pod, podIP, context);
  signal.throwIfAborted();
  const id = await start(() => runtime.startContainer(spec));
  events.record(pod, 'Normal', 'Created', `Created container ${container.name}`, container.name);
  events.record(pod, 'Normal', 'Started', `Started container ${container.name}`, container.name);
  const hook = container.lifecycle?.postStart;
  if (!hook) return;
  try {
    await runHook(hook, { containerId: id, container, podIP }, runtime, postStartMs);
  } catch (error) {
    const message = `PostStartHook failed: ${(error as Error).message}`;
    events.record(pod, 'Warning', 'FailedPostStartHook', message, container.name);
    throw new HookFailure(id, message);
  }
}

/** A Pod that policies select runs nothing before they hold. */
async function admit(pod: Pod, podIP: string, { guard }: KubeletContext): Promise<void> {
  await guard?.admit(pod, podIP).catch((error: unknown) => { throw new StepError('NetworkNotReady', (error as Error).message, { cause: error }); });
}

async function start(run: () => Promise<string>): Promise<string> {
  try {
    return await run();
  } catch (error) {
    throw new StepError('RunContainerError', (error as Error).message, { cause: error });
  }
}
