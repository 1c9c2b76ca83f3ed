import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planContainer } from '../../../../agent/kubelet/plan-container.ts';
import type { PodFacts } from '../../../../agent/kubelet/pod-facts.ts';
import type { ObservedContainer, ObservedSandbox } from '../../../../agent/runtime/runtime.ts';
import { storedPod } from './pod-model.ts';

const identity = { uid: 'uid-1', namespace: 'default', name: 'web' };
const sandbox: ObservedSandbox = { id: 'new', pod: identity, attempt: 1, phase: 'running', createdAtMs: 0 };
const pod = storedPod({ containers: [{ name: 'main', image: 'image:1' }] });
const [spec] = pod.spec.containers as [typeof pod.spec.containers[number]];

const one = fc.record({
  phase: fc.constantFrom('running' as const, 'exited' as const, 'exited' as const, 'waiting' as const), sandboxId: fc.constantFrom('new', 'new', 'old'), exitCode: fc.constantFrom(0, 1, 137),
  backOffMs: fc.constantFrom(0, 10_000, 300_000), startError: fc.option(fc.constant('no such file'), { nil: undefined }), ranMs: fc.nat(700_000),
});
const scenes = fc.record({
  newest: fc.option(one), older: fc.nat(3), policy: fc.constantFrom('Always' as const, 'OnFailure' as const, 'Never' as const), rerun: fc.boolean(), isBusy: fc.boolean(),
  failure: fc.option(fc.integer({ min: 1, max: 400_000 }), { nil: undefined }), afterMs: fc.nat(400_000),
});
type Scene = typeof scenes extends fc.Arbitrary<infer T> ? T : never;
const endedAtMs = 1_000_000;

function play({ newest, older, policy, rerun, isBusy, failure, afterMs }: Scene) {
  const nowMs = endedAtMs + afterMs;
  const make = (attempt: number, more: Partial<ObservedContainer>): ObservedContainer => ({
    id: `id-${attempt}`, pod: identity, name: 'main', attempt, phase: 'exited', createdAtMs: 0, startedAtMs: 0, finishedAtMs: endedAtMs, exitCode: 0, sandboxId: 'old', image: 'image:1',
    imageId: 'sha256:1', backOffMs: 0, oomKilled: false, stopSignal: 'SIGTERM', graceSeconds: 30, ...more,
  });
  const containers = newest ? [make(older, { ...newest, startedAtMs: endedAtMs - newest.ranMs }), ...Array.from({ length: older }, (_, index) => make(older - 1 - index, {}))] : [];
  const facts: PodFacts = {
    identity, pod, observed: { pod: identity, sandboxes: [sandbox], containers }, ending: undefined, volumesReady: true, volumesGone: false, probes: new Map(), stops: new Map(),
    failures: new Map(failure === undefined ? [] : [['main', { reason: 'ErrImagePull', message: 'away', atMs: endedAtMs, retryAtMs: endedAtMs + failure }]]), busy: new Set(isBusy ? ['main'] : []),
  };
  return { plan: planContainer(facts, pod, spec, sandbox, policy, rerun, nowMs), nowMs };
}

/** The first moment at which a container may be started, by the rules in words; undefined: never, as things are. */
function startsAt({ newest, policy, rerun, isBusy, failure = 0 }: Scene): number | undefined {
  if (isBusy || newest?.phase === 'running') return undefined;
  const isOver = newest && (newest.phase === 'exited' || newest.startError !== undefined);
  if (!isOver) return endedAtMs + failure;
  const succeeded = newest.phase === 'exited' && newest.exitCode === 0;
  const isWanted = policy === 'Always' || (policy === 'OnFailure' && !succeeded) || (rerun && newest.sandboxId === 'old');
  if (!isWanted) return undefined;
  const waitMs = newest.sandboxId === 'old' || newest.ranMs >= 600_000 ? 0 : newest.backOffMs;
  return endedAtMs + Math.max(waitMs, failure);
}

it('a container is started exactly when its policy, its back-off and an earlier failure allow it', () => {
  fc.assert(fc.property(scenes, (scene) => {
    const { plan, nowMs } = play(scene);
    const atMs = startsAt(scene);
    expect(plan.steps.map((step) => step.do)).toEqual(atMs !== undefined && nowMs >= atMs ? ['startContainer'] : []);
  }), { numRuns: 400 });
});

it('what must wait is called so, and asks to be looked at again in time', () => {
  fc.assert(fc.property(scenes, (scene) => {
    const { plan, nowMs } = play(scene);
    const atMs = startsAt(scene);
    if (atMs === undefined || nowMs >= atMs) return;
    expect(plan).toMatchObject({ state: 'pending', waiting: { reason: expect.stringMatching(/^(CrashLoopBackOff|ErrImagePull|ImagePullBackOff)$/) as string } });
    expect(plan.wakeAtMs).toBeGreaterThan(nowMs);
    expect(plan.wakeAtMs).toBeLessThanOrEqual(atMs);
  }), { numRuns: 400 });
});

it('a start is in the living sandbox and under a number that no container which ever ran had', () => {
  fc.assert(fc.property(scenes, (scene) => {
    const [step] = play(scene).plan.steps;
    if (step?.do !== 'startContainer') return;
    const { newest, older } = scene;
    const isLeftover = newest?.phase === 'waiting' && newest.startError === undefined;
    expect(step).toMatchObject({ sandboxId: 'new', attempt: newest ? older + (isLeftover ? 0 : 1) : 0 });
    if (newest && !isLeftover && newest.sandboxId === 'new') expect(step.backOffMs).toBe(newest.ranMs >= 600_000 ? 10_000 : Math.min(300_000, Math.max(10_000, newest.backOffMs * 2)));
  }), { numRuns: 400 });
});

it('a container is over exactly when it has ended and nothing asks for another run', () => {
  fc.assert(fc.property(scenes, (scene) => {
    const { newest, isBusy } = scene;
    const hasEnded = newest !== null && (newest.phase === 'exited' || (newest.phase === 'waiting' && newest.startError !== undefined));
    expect(play(scene).plan.state === 'over').toBe(!isBusy && hasEnded && startsAt(scene) === undefined);
  }), { numRuns: 400 });
});
