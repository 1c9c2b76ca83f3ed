import type { ProbeHandler } from './probe-handler.ts';

/** Success is exit code 0 in time. */
export const execProbe: ProbeHandler = async (probe, { containerId }, runtime) => {
  try {
    const { exitCode, output } = await runtime.exec(containerId, probe.exec?.command ?? [], probe.timeoutSeconds * 1000);
    if (exitCode === undefined) return { ok: false, message: `command timed out after ${probe.timeoutSeconds}s` };
    return { ok: exitCode === 0, message: output.trim() || `exit code ${exitCode}` };
  } catch (error) {
    return { ok: false, message: `command could not be run: ${(error as Error).message}` };
  }
};
