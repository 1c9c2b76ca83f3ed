import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isConditionTrue } from '../../../../src/model/conditions.ts';
import type { ContainerInput } from '../../../../src/model/object.ts';
import { befall, container, happenings, model, pods } from './pod-lives.ts';
import { plainInits } from './pod-model.ts';
import type { PodModel } from './pod-model.ts';

const starts = (pod: PodModel): string[] => pod.log.flatMap((step) => (step.do === 'startContainer' ? [step.name] : step.do === 'startSandbox' ? ['POD'] : []));

describe('the life of a Pod', () => {
  it('goes from volumes over the sandbox and init containers in order to the containers', () => {
    const pod = model({ initContainers: [container('one'), container('side', { restartPolicy: 'Always' }), container('two')], containers: [container('a'), container('b')] });
    pod.settle();
    expect(starts(pod)).toEqual(['POD', 'one']);
    expect(pod.pod.status).toMatchObject({ phase: 'Pending', initContainerStatuses: [{ state: { running: {} } }, { state: { waiting: { reason: 'PodInitializing' } } }, {}], containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }, {}] });
    pod.exit('one', 0);
    pod.settle();
    expect(pod.running()).toEqual(['side', 'two']);
    expect(isConditionTrue(pod.pod.status.conditions, 'Initialized')).toBe(false);
    pod.exit('two', 0);
    pod.settle();
    expect(pod.running()).toEqual(['a', 'b', 'side']);
    expect(pod.pod.status.phase).toBe('Running');
    expect(pod.pod.status.conditions.map(({ type, status }) => [type, status])).toEqual(['PodScheduled', 'PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready'].map((type) => [type, 'True']));
  });

  it('restarts at once, then after 10, 20, … 300 s, and at once again after 10 clean minutes', () => {
    const pod = model();
    pod.settle();
    const waits: number[] = [];
    for (let round = 0; round < 8; round++) {
      pod.exit('main', 1);
      const endedAtMs = pod.nowMs;
      const plan = pod.settle();
      if (pod.running().length === 0) {
        expect(plan.waiting.get('main')?.reason).toBe('CrashLoopBackOff');
        pod.advance(plan.wakeAtMs! - pod.nowMs);
      }
      waits.push((pod.nowMs - endedAtMs) / 1000);
    }
    expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
    expect(pod.newest('main')?.attempt).toBe(8);
    pod.advance(600_000);
    pod.exit('main', 1);
    pod.settle();
    expect(pod.running()).toEqual(['main']);
  });

  it.each([
    ['Never', [0], 'Succeeded'], ['Never', [3], 'Failed'], ['OnFailure', [0], 'Succeeded'],
  ] as const)('with restartPolicy %s and exit codes %s ends as %s and gives its sandbox back', (restartPolicy, [code], phase) => {
    const pod = model({ restartPolicy });
    pod.settle();
    pod.exit('main', code);
    pod.settle();
    expect(pod.pod.status.phase).toBe(phase);
    expect(pod.sandboxes).toEqual([]);
    expect(pod.containers).toHaveLength(1);
    pod.advance(3_600_000);
    expect(pod.pod.status.phase).toBe(phase);
    expect(starts(pod)).toEqual(['POD', 'main']);
  });

  it('with restartPolicy OnFailure starts only what failed', () => {
    const pod = model({ restartPolicy: 'OnFailure', containers: [container('a'), container('b')] });
    pod.settle();
    pod.exit('a', 0);
    pod.exit('b', 1);
    pod.settle();
    expect(starts(pod)).toEqual(['POD', 'a', 'b', 'b']);
    pod.exit('b', 0);
    pod.settle();
    expect(pod.pod.status.phase).toBe('Succeeded');
  });

  it('fails when an init container fails and nothing is restarted', () => {
    const pod = model({ restartPolicy: 'Never', initContainers: [container('init')] });
    pod.settle();
    pod.exit('init', 2);
    pod.settle();
    expect(pod.pod.status.phase).toBe('Failed');
    expect(starts(pod)).toEqual(['POD', 'init']);
  });

  it('makes a new sandbox when the old one dies, with everything in it, init containers too', () => {
    const pod = model({ initContainers: [container('init')] });
    pod.settle();
    pod.exit('init', 0);
    pod.settle();
    pod.killSandbox();
    pod.settle();
    pod.exit('init', 0);
    pod.settle();
    expect(starts(pod)).toEqual(['POD', 'init', 'main', 'POD', 'init', 'main']);
    expect(pod.newest('main')).toMatchObject({ attempt: 1, phase: 'running' });
    expect(pod.pod.status.containerStatuses[0]).toMatchObject({ restartCount: 1, lastState: { terminated: {} } });
  });

  it('restarts a container whose liveness probe has failed, and one whose image was changed', () => {
    const pod = model();
    pod.settle();
    pod.probes.set(pod.newest('main')!.id, { started: true, ready: true, failed: { probe: 'Liveness', message: 'dead' } });
    pod.settle();
    expect(pod.newest('main')).toMatchObject({ attempt: 1, phase: 'running' });
    pod.advance(11_000);
    pod.pod = { ...pod.pod, spec: { ...pod.pod.spec, containers: pod.pod.spec.containers.map((one) => ({ ...one, image: 'image:2' })) } };
    pod.advance(11_000);
    expect(pod.newest('main')).toMatchObject({ image: 'image:2', phase: 'running' });
  });

  it('does not run an init container again that was removed by hand while the next one runs', () => {
    const pod = model({ initContainers: [container('first'), container('second')] });
    pod.settle();
    pod.exit('first', 0);
    pod.settle();
    pod.removeByHand('first');
    pod.settle();
    expect([starts(pod), pod.running()]).toEqual([['POD', 'first', 'second'], ['second']]);
    pod.exit('second', 0);
    pod.settle();
    expect(pod.running()).toEqual(['main']);
  });

  it('does not run twice under Never although its containers were removed by hand', () => {
    const pod = model({ restartPolicy: 'Never', containers: [container('done'), container('cut')] });
    pod.settle();
    pod.exit('done', 0);
    pod.settle();
    pod.removeByHand('done');
    pod.settle();
    expect(pod.pod.status).toMatchObject({ phase: 'Running', containerStatuses: [{ state: { terminated: { exitCode: 0, reason: 'Completed' } } }, { state: { running: {} } }] });
    pod.removeByHand('cut');
    pod.settle();
    expect(pod.pod.status).toMatchObject({ phase: 'Failed', containerStatuses: [{ state: { terminated: { reason: 'Completed' } } }, { ready: false, state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } } }] });
    expect(starts(pod)).toEqual(['POD', 'done', 'cut']);
  });

  it('with OnFailure runs again when the removed container had not succeeded, and only then', () => {
    const pod = model({ restartPolicy: 'OnFailure', containers: [container('good'), container('cut')] });
    pod.settle();
    pod.exit('good', 0);
    pod.settle();
    for (const one of ['good', 'cut']) pod.removeByHand(one);
    pod.settle();
    expect(starts(pod)).toEqual(['POD', 'good', 'cut', 'cut']);
    pod.exit('cut', 0);
    pod.settle();
    expect(pod.pod.status.phase).toBe('Succeeded');
  });

  it('is evicted: asked to end, killed soon after, failed for good, and marked as disrupted', () => {
    const pod = model({ terminationGracePeriodSeconds: 300 });
    pod.isPolite = false;
    pod.settle();
    pod.eviction = { message: 'too big', sinceMs: pod.nowMs };
    pod.advance(3000);
    expect(pod.pod.status).toMatchObject({ phase: 'Failed', reason: 'Evicted', message: 'too big' });
    expect(pod.pod.status.conditions).toContainEqual(expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }));
    pod.eviction = undefined;
    pod.advance(600_000);
    expect([pod.running(), pod.pod.status.phase, starts(pod)]).toEqual([[], 'Failed', ['POD', 'main']]);
  });

  it('is failed when it is active for too long', () => {
    const pod = model({ activeDeadlineSeconds: 60 });
    pod.settle();
    pod.nowMs += 61_000;
    pod.settle();
    expect(pod.pod.status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
    expect(pod.running()).toEqual([]);
  });
});

describe('the end of a Pod', () => {
  it('ends its sidecars last and in reverse order, then removes containers, sandbox and volumes', () => {
    const sidecar = (name: string): ContainerInput => container(name, { restartPolicy: 'Always' });
    const pod = model({ initContainers: [sidecar('s1'), sidecar('s2')] });
    pod.settle();
    pod.delete();
    pod.settle();
    expect(pod.log.flatMap((step) => (step.do === 'signal' ? [step.name] : []))).toEqual(['main', 's2', 's1']);
    expect(pod.log.slice(-2).map((step) => step.do)).toEqual(['removeVolumes', 'finish']);
    expect([pod.containers, pod.sandboxes]).toEqual([[], []]);
  });

  it('kills what does not end when the grace is over, and at once without grace', () => {
    const slow = model({ terminationGracePeriodSeconds: 30 });
    slow.isPolite = false;
    slow.settle();
    slow.delete();
    slow.advance(29_999);
    expect(slow.running()).toEqual(['main']);
    slow.advance(1);
    expect(slow.finished).toBe(true);
    const forced = model();
    forced.isPolite = false;
    forced.settle();
    forced.delete();
    forced.advance(1000);
    forced.delete(0);
    forced.advance(2000);
    expect(forced.finished).toBe(true);
  });
});

function happen(pod: PodModel, event: Parameters<typeof befall>[1]): void {
  befall(pod, event);
  pod.settle();
}

/** What must hold after every step whatever happened. */
function expectSound(pod: PodModel): void {
  const running = pod.running();
  expect(new Set(running).size, 'no container runs twice').toBe(running.length);
  expect(pod.sandboxes.filter(({ phase }) => phase === 'running').length, 'one sandbox at most').toBeLessThanOrEqual(1);
  const plain = plainInits(pod.pod);
  const mains = pod.pod.spec.containers.map((one) => one.name);
  if (running.some((one) => mains.includes(one))) expect(running.filter((one) => plain.includes(one)), 'init containers are over').toEqual([]);
  expect(running.filter((one) => plain.includes(one)).length, 'one init container at a time').toBeLessThanOrEqual(1);
  const attempts = pod.containers.map((one) => `${one.name}/${one.attempt}`);
  expect(new Set(attempts).size, 'attempts are counted up').toBe(attempts.length);
  if (pod.pod.spec.restartPolicy === 'Never') expect(starts(pod).filter((one) => mains.includes(one)).length, 'what may run once runs once').toBeLessThanOrEqual(mains.length);
  for (const one of [...plain, ...mains]) expect(pod.containers.filter((held) => held.name === one).length, 'old containers are cleared away').toBeLessThanOrEqual(3);
}

describe('whatever happens', () => {
  it('stays sound, and an ended Pod stays ended', () => {
    fc.assert(fc.property(pods, happenings, (make, events) => {
      const pod = make();
      pod.settle();
      let ended: string | undefined;
      for (const event of events) {
        happen(pod, event);
        expectSound(pod);
        const { phase } = pod.pod.status;
        if (ended) expect(phase).toBe(ended);
        if (phase === 'Succeeded' || phase === 'Failed') ended = phase;
      }
    }), { numRuns: 100 });
  });

  it('comes to run again when it is left in peace', () => {
    fc.assert(fc.property(pods, happenings, (make, events) => {
      const pod = make();
      fc.pre(pod.pod.spec.restartPolicy === 'Always');
      pod.settle();
      for (const event of events) happen(pod, event);
      for (let round = 0; round < 10; round++) {
        pod.advance(301_000);
        for (const init of plainInits(pod.pod)) pod.exit(init, 0);
        pod.settle();
      }
      expect(pod.running()).toEqual(expect.arrayContaining(pod.pod.spec.containers.map((one) => one.name)));
      expect(pod.pod.status.phase).toBe('Running');
    }), { numRuns: 60 });
  });

  it('is gone within its grace and a little more once it is deleted, and nothing is started after that', () => {
    fc.assert(fc.property(pods, happenings, (make, events) => {
      const pod = make();
      pod.settle();
      for (const event of events) happen(pod, event);
      pod.delete();
      const begun = pod.log.length;
      pod.advance(pod.pod.spec.terminationGracePeriodSeconds * 1000 + 12_000);
      expect(pod.finished).toBe(true);
      expect([pod.containers, pod.sandboxes, pod.volumesGone]).toEqual([[], [], true]);
      expect(pod.log.slice(begun).filter((step) => step.do.startsWith('start'))).toEqual([]);
    }), { numRuns: 100 });
  });
});
