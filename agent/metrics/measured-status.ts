import type { Clock } from '../../src/lib/clock.ts';
import type { Meters } from '../../src/lib/meters.ts';
import type { Tracer } from '../../src/lib/tracer.ts';
import type { PodStatusSink } from '../kubelet/kubelet-context.ts';

const startBuckets: readonly number[] = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** A sink of statuses that tells how long Pods took from being bound to being reported Running. */
export function measuredStatus(sink: PodStatusSink, meters: Meters, tracer: Tracer, clock: Clock): PodStatusSink {
  const starts = meters.histogram('gantry_agent_pod_start_seconds', 'From the binding of a Pod to this node to its being reported Running.', [], startBuckets);
  const reports = meters.counter('gantry_agent_status_reports_total', 'Statuses of Pods sent to the server.', ['outcome']);
  return {
    finishPod: (pod) => sink.finishPod(pod),
    updatePodStatus: async (pod, status) => {
      try {
        const stored = await sink.updatePodStatus(pod, status);
        reports.inc({ outcome: 'ok' });
        const bound = pod.status.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'True')?.lastTransitionTime;
        if (pod.status.phase === 'Pending' && status.phase === 'Running' && bound) {
          const [boundMs, nowMs] = [Date.parse(bound), clock.now()];
          starts.observe(Math.max(0, nowMs - boundMs) / 1000);
          tracer.record('pod start', { pod: `${pod.metadata.namespace}/${pod.metadata.name}` }, Math.min(boundMs, nowMs), nowMs);
        }
        return stored;
      } catch (error) {
        reports.inc({ outcome: 'error' });
        throw error;
      }
    },
  };
}
