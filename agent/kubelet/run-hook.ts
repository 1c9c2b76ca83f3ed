import { setTimeout as delay } from 'node:timers/promises';
import type { Container, LifecycleHandler } from '../../src/model/object.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { sendGet } from './probes/http-get.ts';

/** What a hook acts on. */
export interface HookTarget {
  readonly containerId: string;
  readonly container: Container;
  readonly podIP: string | undefined;
}

/** Runs a lifecycle hook for at most `timeoutMs`; throws with the reason when it fails or is not done in time. */
export async function runHook(hook: LifecycleHandler, target: HookTarget, runtime: Pick<Runtime, 'exec'>, timeoutMs: number): Promise<void> {
  if (hook.sleep) {
    await delay(Math.min(hook.sleep.seconds * 1000, timeoutMs), undefined, { ref: false });
    return;
  }
  if (hook.httpGet) {
    const { ok, message } = await sendGet(hook.httpGet, target, timeoutMs);
    if (!ok) throw new Error(message);
    return;
  }
  const { exitCode, output } = await runtime.exec(target.containerId, hook.exec?.command ?? [], timeoutMs);
  if (exitCode === undefined) throw new Error(`command was not done after ${timeoutMs / 1000} s`);
  if (exitCode !== 0) throw new Error(`command exited with ${exitCode}: ${output.trim()}`);
}
