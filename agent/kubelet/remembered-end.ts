import { isSidecar } from '../../src/kinds/pod/pod-resources.ts';
import type { ContainerStateTerminated, Pod } from '../../src/model/object.ts';

/** Exit code that is told where nobody knows it. */
const unknownExitCode = 137;

/**
 * How a container ended that the runtime no longer holds, because somebody removed it; undefined where it is to be started. What was told to be over stays over. Under
 * `Never` one that was told to run is over too, with an unknown end: to run twice what may run once is worse than to fail. Init containers whose success is told may
 * run again, as they must when a sandbox is replaced.
 */
export function rememberedEnd(pod: Pod, name: string): ContainerStateTerminated | undefined {
  const { restartPolicy, initContainers } = pod.spec;
  const init = initContainers.find((container) => container.name === name);
  if (restartPolicy === 'Always' || (init && isSidecar(init))) return undefined;
  const known = [...pod.status.containerStatuses, ...pod.status.initContainerStatuses].find((status) => status.name === name);
  const { terminated, running } = known?.state ?? {};
  if (init) return terminated && terminated.exitCode !== 0 && restartPolicy === 'Never' ? terminated : undefined;
  if (terminated) return restartPolicy === 'Never' || terminated.exitCode === 0 ? terminated : undefined;
  if (!running || restartPolicy !== 'Never') return undefined;
  const { startedAt } = running;
  return {
    exitCode: unknownExitCode, reason: 'ContainerStatusUnknown', message: 'The container was removed while it ran; how it ended is not known.',
    ...(startedAt ? { startedAt } : {}), ...(known?.containerID ? { containerID: known.containerID } : {}),
  };
}
