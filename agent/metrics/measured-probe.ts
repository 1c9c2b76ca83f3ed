import type { Meters } from '../../src/lib/meters.ts';
import type { ProbeHandler } from '../kubelet/probes/probe-handler.ts';

/** A handler of probes whose checks are counted and timed. */
export function measuredProbe(handler: ProbeHandler, meters: Meters): ProbeHandler {
  const checks = meters.histogram('gantry_agent_probe_seconds', 'Checks of probes, by how they look and what they found.', ['type', 'outcome']);
  return async (probe, target, runtime) => {
    const startedMs = performance.now();
    const outcome = await handler(probe, target, runtime);
    const type = probe.exec ? 'exec' : probe.httpGet ? 'httpGet' : probe.tcpSocket ? 'tcpSocket' : 'grpc';
    checks.observe({ type, outcome: outcome.ok ? 'ok' : 'failed' }, (performance.now() - startedMs) / 1000);
    return outcome;
  };
}
