import fc from 'fast-check';
import type { ContainerInput, PodInput } from '../../../../src/model/object.ts';
import { PodModel, storedPod } from './pod-model.ts';

/** A container of one image. */
export const container = (name: string, more: Partial<ContainerInput> = {}): ContainerInput => ({ name, image: 'image:1', ...more });
/** A Pod with one container, unless told otherwise. */
export const model = (spec: Partial<PodInput['spec']> = {}): PodModel => new PodModel(storedPod({ containers: [container('main')], ...spec }));

/** Makes Pods of up to three init containers, sidecars among them, and up to three containers; a function, because a life changes its Pod and every try needs a new one. */
export const pods = fc.record({
  inits: fc.array(fc.boolean(), { maxLength: 3 }), mains: fc.integer({ min: 1, max: 3 }),
  restartPolicy: fc.constantFrom('Always', 'OnFailure', 'Never'), grace: fc.integer({ min: 0, max: 60 }), isPolite: fc.boolean(),
}).map(({ inits, mains, restartPolicy, grace, isPolite }) => (): PodModel => {
  const pod = model({
    restartPolicy, terminationGracePeriodSeconds: grace, containers: Array.from({ length: mains }, (_, index) => container(`main${index}`)),
    initContainers: inits.map((isSide, index) => container(`init${index}`, isSide ? { restartPolicy: 'Always' } : {})),
  });
  pod.isPolite = isPolite;
  return pod;
});

/** What can happen to a Pod from outside. */
export const happenings = fc.array(fc.oneof(
  fc.record({ what: fc.constant('exit' as const), who: fc.nat(5), code: fc.constantFrom(0, 0, 1, 137) }),
  fc.record({ what: fc.constant('sandbox' as const) }),
  fc.record({ what: fc.constant('removal' as const), who: fc.nat(5) }),
  fc.record({ what: fc.constant('time' as const), ms: fc.integer({ min: 1, max: 700_000 }) }),
), { maxLength: 25 });

/** Lets one thing happen, without any answer to it. */
export function befall(pod: PodModel, event: { readonly what: string; readonly who?: number; readonly code?: number; readonly ms?: number }): void {
  const all = [...pod.pod.spec.initContainers, ...pod.pod.spec.containers];
  if (event.what === 'exit') pod.exit(all[(event.who ?? 0) % all.length]!.name, event.code ?? 0);
  else if (event.what === 'sandbox') pod.killSandbox();
  else if (event.what === 'removal') pod.removeByHand(all[(event.who ?? 0) % all.length]!.name);
  else pod.nowMs += event.ms ?? 0;
}
