import type { Container, Pod } from '../../src/model/object.ts';
import { containerSpec } from './container-spec.ts';
import { ensureImage } from './ensure-image.ts';
import { buildEnv } from './env/build-env.ts';
import type { EnvSources } from './env/build-env.ts';
import { conceal, secretValues, tells } from './env/conceal.ts';
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

/** Image, variables, mounts, start, postStart hook. Throws StepError with the reason that the status shows; nothing that is told of a failure holds the value of a Secret. */
export async function startContainer(pod: Pod, step: StartStep, podIP: string | undefined, context: KubeletContext, signal: AbortSignal): Promise<void> {
  const container = [...pod.spec.initContainers, ...pod.spec.containers].find(({ name }) => name === step.name);
  if (!container) return;
  const sources = envSources(context, podIP), secrets = secretValues(pod, container, sources);
  try {
    const id = await makeContainer(pod, container, step, { podIP, context, sources, signal });
    await runPostStart(pod, container, { id, podIP, context, secrets });
  } catch (error) {
    if (error instanceof HookFailure || !tells(error, secrets)) throw error;
    throw new StepError(error instanceof StepError ? error.reason : 'Failed', conceal(error instanceof Error ? error.message : String(error), secrets));
  }
}

interface Making {
  readonly podIP: string | undefined;
  readonly context: KubeletContext;
  readonly sources: EnvSources;
  readonly signal: AbortSignal;
}

/** The id of the container, which runs. */
async function makeContainer(pod: Pod, container: Container, step: StartStep, { podIP, context, sources, signal }: Making): Promise<string> {
  const { runtime, events, volumes } = context;
  const image = await ensureImage(pod, container, context, signal);
  const env = buildEnv(pod, container, sources);
  const mounts = await volumes.mounts(pod, container, step.attempt, env, sources);
  const spec = containerSpec(pod, container, { ...step, image, env, mounts, nodeMemoryBytes: context.node().memoryBytes });
  if (podIP !== undefined) await admit(pod, podIP, context);
  signal.throwIfAborted();
  const id = await start(() => runtime.startContainer(spec));
  events.record(pod, 'Normal', 'Created', `Created container ${container.name}`, container.name);
  events.record(pod, 'Normal', 'Started', `Started container ${container.name}`, container.name);
  return id;
}

async function runPostStart(pod: Pod, container: Container, { id, podIP, context: { runtime, events }, secrets }: Pick<Making, 'podIP' | 'context'> & { readonly id: string; readonly secrets: readonly string[] }): Promise<void> {
  const hook = container.lifecycle?.postStart;
  if (!hook) return;
  try {
    await runHook(hook, { containerId: id, container, podIP }, runtime, postStartMs);
  } catch (error) {
    const message = conceal(`PostStartHook failed: ${(error as Error).message}`, secrets);
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
