import type { Container, Pod } from '../../src/model/object.ts';
import type { ImageFacts } from '../runtime/runtime.ts';
import type { KubeletContext } from './kubelet-context.ts';
import { pullCredentials } from './pull-credentials.ts';
import { StepError } from './step-error.ts';

const imageName = /^(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** Whether a text can name an image. */
export function isImageName(text: string): boolean {
  return imageName.test(text) || /^sha256:[0-9a-f]{64}$/.test(text);
}

/** Gives the image of a container, pulling it as its policy says. Throws StepError with the reason that the status shows. */
export async function ensureImage(pod: Pod, container: Container, context: KubeletContext, signal: AbortSignal): Promise<ImageFacts> {
  const { image, imagePullPolicy } = container;
  const { runtime, events, clock } = context;
  if (!isImageName(image)) throw new StepError('InvalidImageName', `Failed to apply default image tag "${image}": couldn't parse image name`);
  const present = await runtime.image(image);
  if (present && imagePullPolicy !== 'Always') {
    events.record(pod, 'Normal', 'Pulled', `Container image "${image}" already present on machine`, container.name);
    return present;
  }
  if (imagePullPolicy === 'Never') throw new StepError('ErrImageNeverPull', `Container image "${image}" is not present with pull policy of Never`);
  events.record(pod, 'Normal', 'Pulling', `Pulling image "${image}"`, container.name);
  const beganMs = clock.now();
  try {
    await pull(pod, image, context, signal);
  } catch (error) {
    signal.throwIfAborted();
    const message = `Failed to pull image "${image}": ${(error as Error).message}`;
    events.record(pod, 'Warning', 'Failed', message, container.name);
    throw new StepError('ErrImagePull', message, { cause: error });
  }
  const pulled = await runtime.image(image);
  if (!pulled) throw new StepError('ErrImagePull', `image "${image}" was pulled but is not present`);
  events.record(pod, 'Normal', 'Pulled', `Successfully pulled image "${image}" in ${clock.now() - beganMs}ms`, container.name);
  return pulled;
}

/** Pulls with each credential that the Pod's Secrets hold for the image's registry until one is taken; without any, as anybody. */
async function pull(pod: Pod, image: string, { runtime, events, view }: KubeletContext, signal: AbortSignal): Promise<void> {
  const { credentials, unusable } = pullCredentials(pod, image, (name) => view.secret(pod.metadata.namespace ?? '', name));
  if (unusable.length > 0) {
    events.record(pod, 'Warning', 'FailedToRetrieveImagePullSecret', `Unable to retrieve some image pull secrets (${unusable.join(', ')}); attempting to pull the image may not succeed.`);
  }
  const [first, ...others] = credentials;
  const attempts = others.reduce((before, credential) => before.catch((error: unknown) => {
    signal.throwIfAborted();
    return runtime.pullImage(image, credential, signal).catch(() => { throw error; });
  }), runtime.pullImage(image, first, signal));
  await attempts;
}
