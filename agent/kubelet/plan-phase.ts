import type { ContainerStatus, Pod, PodPhase } from '../../src/model/object.ts';
import { isSidecar } from '../../src/kinds/pod/pod-resources.ts';
import { isPodTerminal } from '../../src/kinds/pod/pod-state.ts';
import type { PodPlan } from './pod-facts.ts';

/** Where a Pod stands as a whole. An ended phase is never left; while containers still run it is not entered. */
export function planPhase(pod: Pod, plan: PodPlan, inits: readonly ContainerStatus[], containers: readonly ContainerStatus[]): PodPhase {
  if (isPodTerminal(pod)) return pod.status.phase;
  if (plan.stage === 'ended') return plan.outcome?.phase ?? endedPhase(containers);
  const isInitializing = !isInitialized(pod, inits, containers);
  const neverStarted = containers.some(({ state, lastState }) => !state.running && !state.terminated && !lastState.terminated);
  return isInitializing || neverStarted ? 'Pending' : 'Running';
}

function endedPhase(containers: readonly ContainerStatus[]): PodPhase {
  return containers.length > 0 && containers.every(({ state, lastState }) => (state.terminated ?? lastState.terminated)?.exitCode === 0) ? 'Succeeded' : 'Failed';
}

/** Whether all init containers are done and all sidecars have started, or the containers have begun, which comes after it. */
export function isInitialized(pod: Pod, inits: readonly ContainerStatus[], containers: readonly ContainerStatus[]): boolean {
  if (containers.some(({ state }) => state.running)) return true;
  return pod.spec.initContainers.every((container) => {
    const status = inits.find(({ name }) => name === container.name);
    return isSidecar(container) ? status?.started === true : status?.state.terminated?.exitCode === 0;
  });
}
