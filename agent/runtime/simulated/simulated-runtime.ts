import type { Clock } from '../../../src/lib/clock.ts';
import type { ContainerSpec, ImageFacts, ObservedContainer, ObservedPod, ObservedSandbox, PodIdentity, Runtime, RuntimeFacts, SandboxSpec } from '../runtime.ts';
import { planRun } from './plan-run.ts';

/** How the simulated machine behaves. */
export interface SimulatedOptions {
  readonly clock: Clock;
  /** Milliseconds that a start takes; 0 where left out. */
  readonly startMs?: number | undefined;
  /** Milliseconds between SIGTERM and the end of a container; 0 where left out. */
  readonly stopMs?: number | undefined;
  readonly cpus?: number | undefined;
  readonly memoryBytes?: number | undefined;
}

/** An operation that can be made to fail. */
export type SimulatedOperation = 'facts' | 'pods' | 'inspectPod' | 'pullImage' | 'startSandbox' | 'startContainer' | 'signal' | 'remove' | 'exec';

/** A runtime without containers: state only. Tests and scale trials tell it what goes wrong. */
export interface SimulatedRuntime extends Runtime {
  /** Makes every further call of an operation fail with this message; undefined ends that. */
  fail(operation: SimulatedOperation, message: string | undefined): void;
  /** Ends a running container as if its process had. */
  exit(id: string, exitCode: number, oomKilled?: boolean): void;
  /** Ends a sandbox as if somebody had killed it. */
  killSandbox(podUid: string): void;
  /** Images that can't be had. */
  readonly missingImages: Set<string>;
  /** Everything, for assertions. */
  all(): readonly (ObservedSandbox | ObservedContainer)[];
}

type Held = { -readonly [Field in keyof ObservedContainer]: ObservedContainer[Field] } & { ip?: string; isSandbox: boolean };

const imageOf = (name: string): ImageFacts => ({ id: `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)}`, names: [name], sizeBytes: 1_000_000, user: '' });

/** An empty machine. Containers run until they are ended, or as long as their command says: see `planRun`. */
export function createSimulatedRuntime({ clock, startMs = 0, stopMs = 0, cpus = 4, memoryBytes = 16 * 2 ** 30 }: SimulatedOptions): SimulatedRuntime {
  const held = new Map<string, Held>();
  const images = new Map<string, ImageFacts>();
  const failures = new Map<SimulatedOperation, string>();
  const listeners = new Set<(uid: string | undefined) => void>();
  const missingImages = new Set<string>();
  let subnet = '10.244.0.0/24';
  let made = 0;

  const check = (operation: SimulatedOperation): void => {
    const message = failures.get(operation);
    if (message !== undefined) throw new Error(message);
  };
  const tell = (uid: string): void => queueMicrotask(() => { for (const listener of listeners) listener(uid); });
  const pause = (ms: number): Promise<void> => (ms === 0 ? Promise.resolve() : new Promise((resolve) => clock.after(ms, resolve)));
  const nextIP = (): string => {
    const prefix = subnet.split('.').slice(0, 3).join('.');
    return `${prefix}.${2 + (made % 250)}`;
  };
  const begin = async (pod: PodIdentity, name: string, attempt: number, more: Partial<Held>): Promise<Held> => {
    made += 1;
    const one: Held = {
      id: made.toString(16).padStart(64, '0'), pod, name, attempt, phase: 'waiting', createdAtMs: clock.now(), sandboxId: '', image: '', imageId: '', backOffMs: 0,
      oomKilled: false, stopSignal: 'SIGTERM', graceSeconds: 30, isSandbox: false, ...more,
    };
    held.set(one.id, one);
    await pause(startMs);
    one.phase = 'running';
    one.startedAtMs = clock.now();
    tell(pod.uid);
    return one;
  };
  const end = (id: string, exitCode: number, oomKilled = false): void => {
    const one = held.get(id);
    if (!one || one.phase !== 'running') return;
    Object.assign(one, { phase: 'exited', exitCode, oomKilled, finishedAtMs: clock.now(), ip: undefined });
    tell(one.pod.uid);
  };
  const ofPod = (uid: string): Held[] => [...held.values()].filter(({ pod }) => pod.uid === uid).sort((a, b) => b.attempt - a.attempt);
  const facts: RuntimeFacts = { version: 'simulated://1', operatingSystem: 'Simulated', kernelVersion: '0', architecture: 'amd64', cpus, memoryBytes };

  return {
    missingImages,
    fail: (operation, message) => void (message === undefined ? failures.delete(operation) : failures.set(operation, message)),
    exit: end,
    killSandbox(uid) {
      for (const one of ofPod(uid)) if (one.isSandbox) end(one.id, 137);
    },
    all: () => [...held.values()],
    network: {
      proposedCIDR: () => Promise.resolve(undefined),
      ensure: (podCIDR) => Promise.resolve(void (subnet = podCIDR)),
    },
    async problem() {
      const message = failures.get('facts');
      return message === undefined ? undefined : { reason: 'SimulatedFailure', message };
    },
    async facts() {
      check('facts');
      return facts;
    },
    async pods() {
      check('pods');
      const uids = new Set([...held.values()].map(({ pod }) => pod.uid));
      return [...uids].map((uid) => {
        const all = ofPod(uid);
        return { pod: all[0]!.pod, fingerprint: all.map(({ id, phase }) => `${id}:${phase}`).join() };
      });
    },
    async inspectPod(uid): Promise<ObservedPod | undefined> {
      check('inspectPod');
      const all = ofPod(uid).map((one) => ({ ...one }));
      return all[0] && { pod: all[0].pod, sandboxes: all.filter(({ isSandbox }) => isSandbox), containers: all.filter(({ isSandbox }) => !isSandbox) };
    },
    images: async () => [...images.values()],
    image: async (name) => images.get(name),
    async pullImage(name) {
      check('pullImage');
      if (missingImages.has(name)) throw new Error(`pull access denied for ${name}, repository does not exist`);
      images.set(name, imageOf(name));
    },
    async startSandbox(spec: SandboxSpec) {
      check('startSandbox');
      return (await begin(spec.pod, 'POD', spec.attempt, { isSandbox: true, ...(spec.hostNetwork ? {} : { ip: nextIP() }) })).id;
    },
    async startContainer(spec: ContainerSpec) {
      check('startContainer');
      const { sandboxId, image, imageId, backOffMs, graceSeconds } = spec;
      const one = await begin(spec.pod, spec.name, spec.attempt, { sandboxId, image, imageId, backOffMs, graceSeconds });
      const { forMs, exitCode } = planRun([...(spec.command ?? []), ...(spec.args ?? [])]);
      if (forMs !== undefined) clock.after(forMs, () => end(one.id, exitCode));
      return one.id;
    },
    async signal(id, signal) {
      check('signal');
      if (signal === 'SIGKILL') end(id, 137);
      else void pause(stopMs).then(() => end(id, 0));
    },
    async remove(id) {
      check('remove');
      const one = held.get(id);
      held.delete(id);
      if (one) tell(one.pod.uid);
    },
    async exec() {
      check('exec');
      return { exitCode: 0, output: '' };
    },
    async *logs(id) {
      yield `simulated container ${held.get(id)?.name ?? id}`;
    },
    watch(onChange, signal) {
      listeners.add(onChange);
      signal.addEventListener('abort', () => listeners.delete(onChange), { once: true });
    },
  };
}
