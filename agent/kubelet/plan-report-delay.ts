import type { ContainerStatus, PodStatus } from '../../src/model/object.ts';

/** How long word of a start that goes on may wait for more of it, in milliseconds. */
const progressMs = 1000;
const beginning = [undefined, 'ContainerCreating', 'PodInitializing'];

/**
 * How long a status may wait before it is told. Most are told at once. One that says no more than that the Pod is still being started waits a moment: the
 * next step is often over by then, and both are one report.
 */
export function planReportDelayMs(told: PodStatus, next: PodStatus): number {
  if (told.phase !== 'Pending' || next.phase !== 'Pending') return 0;
  const isBeginning = ({ state, restartCount }: ContainerStatus): boolean => restartCount === 0 && state.waiting !== undefined && beginning.includes(state.waiting.reason);
  return [...next.initContainerStatuses, ...next.containerStatuses].every(isBeginning) ? progressMs : 0;
}
