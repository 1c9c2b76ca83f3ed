import { secondsBuckets } from '../../src/lib/meters.ts';
import type { Meters } from '../../src/lib/meters.ts';
import type { Tracer } from '../../src/lib/tracer.ts';
import type { ContainerPhase, ObservedPod, Runtime } from '../runtime/runtime.ts';

const names = { calls: 'gantry_agent_runtime_call_seconds', containers: 'gantry_agent_containers' } as const;

/** Pods as each runtime of the process last showed them. */
const seenBy = new WeakMap<Meters, Set<ReadonlyMap<string, ObservedPod>>>();

/** A runtime whose calls are timed, and whose starts are spans. The gauge of containers tells what was last seen. */
export function measuredRuntime(runtime: Runtime, meters: Meters, tracer: Tracer): Runtime {
  const calls = meters.histogram(names.calls, 'Time of calls of the container runtime, waiting in line included.', ['call', 'outcome'], [...secondsBuckets, 30, 120]);
  const seen = new Map<string, ObservedPod>();
  show(meters, seen);
  const timed = async <T>(call: string, run: () => Promise<T>): Promise<T> => {
    const startedMs = performance.now();
    let outcome = 'error';
    try {
      const answer = await run();
      outcome = 'ok';
      return answer;
    } finally {
      calls.observe({ call, outcome }, (performance.now() - startedMs) / 1000);
    }
  };
  const podOf = ({ pod }: { readonly pod: { readonly namespace: string; readonly name: string } }) => `${pod.namespace}/${pod.name}`;
  return {
    ...runtime,
    facts: () => timed('facts', () => runtime.facts()),
    images: () => timed('images', () => runtime.images()),
    image: (name) => timed('image', () => runtime.image(name)),
    signal: (id, signal) => timed('signal', () => runtime.signal(id, signal)),
    remove: (id) => timed('remove', () => runtime.remove(id)),
    exec: (id, command, timeoutMs) => timed('exec', () => runtime.exec(id, command, timeoutMs)),
    pullImage: (name, credential, signal) => timed('pullImage', () => tracer.span('pull image', { image: name }, () => runtime.pullImage(name, credential, signal))),
    startSandbox: (spec) => timed('startSandbox', () => tracer.span('start sandbox', { pod: podOf(spec) }, () => runtime.startSandbox(spec))),
    startContainer: (spec) => timed('startContainer', () => tracer.span('start container', { pod: podOf(spec), container: spec.name }, () => runtime.startContainer(spec))),
    pods: async () => {
      const pods = await timed('pods', () => runtime.pods());
      const present = new Set(pods.map(({ pod }) => pod.uid));
      for (const uid of seen.keys()) if (!present.has(uid)) seen.delete(uid);
      return pods;
    },
    inspectPod: async (uid) => {
      const pod = await timed('inspectPod', () => runtime.inspectPod(uid));
      if (pod) seen.set(uid, pod);
      else seen.delete(uid);
      return pod;
    },
  };
}

/** One gauge over all runtimes of the process. */
function show(meters: Meters, seen: ReadonlyMap<string, ObservedPod>): void {
  const known = seenBy.get(meters);
  if (known) return void known.add(seen);
  const all = new Set([seen]);
  seenBy.set(meters, all);
  const containers = meters.gauge(names.containers, 'Containers of Pods, sandboxes left out, by state.', ['state']);
  const sandboxes = meters.gauge('gantry_agent_sandboxes', 'Sandboxes of Pods, by state.', ['state']);
  meters.onRead(() => {
    const pods = [...all].flatMap((each) => [...each.values()]);
    for (const state of ['waiting', 'running', 'exited'] satisfies ContainerPhase[]) {
      const count = (list: readonly { readonly phase: ContainerPhase }[]) => list.filter(({ phase }) => phase === state).length;
      containers.set({ state }, count(pods.flatMap((pod) => pod.containers)));
      sandboxes.set({ state }, count(pods.flatMap((pod) => pod.sandboxes)));
    }
  });
}
