import type { PodVolumes } from './volumes/pod-volumes.ts';
import type { ProbeHandler } from './probes/probe-handler.ts';

/** Volumes of Pods that have no files. */
export const simulatedVolumes: PodVolumes = {
  prepare: () => Promise.resolve(),
  refresh: () => Promise.resolve(),
  mounts: () => Promise.resolve([]),
  terminationMessage: () => Promise.resolve(undefined),
  endBeganAtMs: (_, nowMs) => Promise.resolve(nowMs),
  overLimit: () => Promise.resolve(undefined),
  remove: () => Promise.resolve(),
  list: () => Promise.resolve([]),
};

/** A probe of a container that has no process: it succeeds. */
export const simulatedProbe: ProbeHandler = () => Promise.resolve({ ok: true, message: 'simulated' });
