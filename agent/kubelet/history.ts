import type { ObservedContainer, ObservedPod, ObservedSandbox } from '../runtime/runtime.ts';

/** All containers of one name, newest first. */
export function containersNamed(observed: ObservedPod | undefined, name: string): readonly ObservedContainer[] {
  return (observed?.containers ?? []).filter((container) => container.name === name);
}

/** Whether it was made but cut off before it was started: nothing of it ever ran, and nothing refused it. */
export function isLeftover(container: ObservedContainer): boolean {
  return container.phase === 'waiting' && container.startError === undefined;
}

/** Whether it has ended, or could not be started at all. */
export function hasEnded(container: ObservedContainer): boolean {
  return container.phase === 'exited' || (container.phase === 'waiting' && container.startError !== undefined);
}

/** Whether it has ended with success. */
export function hasSucceeded(container: ObservedContainer): boolean {
  return container.phase === 'exited' && container.exitCode === 0;
}

/** The sandbox that is alive, if any. */
export function liveSandbox(observed: ObservedPod | undefined): ObservedSandbox | undefined {
  return observed?.sandboxes.find((sandbox) => sandbox.phase === 'running');
}

/** The number of the next container of a name; a leftover is made anew under its own number. */
export function nextAttempt(history: readonly { readonly attempt: number }[]): number {
  return history.reduce((highest, { attempt }) => Math.max(highest, attempt + 1), 0);
}
