import { sameValue } from '../../lib/same-value.ts';
import type { Field } from '../../model/field.ts';
import type { Container, PodSpec, Toleration } from '../../model/object.ts';

const mutable = 'only containers[*].image, initContainers[*].image, activeDeadlineSeconds (set or lowered), tolerations (added) and an unset nodeName may change; make a new Pod instead';

/** Reports every field of a stored Pod's spec that changed and must not. */
export function checkPodSpecUpdate(field: Field, next: PodSpec, previous: PodSpec): void {
  const names = new Set([...Object.keys(next), ...Object.keys(previous)]) as Set<keyof PodSpec>;
  for (const name of names) {
    if (sameValue(next[name], previous[name])) continue;
    const problem = changeProblem(name, next, previous);
    if (problem !== undefined) field.at(name).fail(problem);
  }
}

function changeProblem(name: keyof PodSpec, next: PodSpec, previous: PodSpec): string | undefined {
  switch (name) {
    case 'containers':
    case 'initContainers': return sameValue(next[name].map(withoutImage), previous[name].map(withoutImage)) ? undefined : `changed in more than images; ${mutable}`;
    case 'activeDeadlineSeconds': return deadlineProblem(next.activeDeadlineSeconds, previous.activeDeadlineSeconds);
    case 'tolerations': return keepsAll(next.tolerations, previous.tolerations) ? undefined : 'may only be added to; keep every toleration that the Pod has';
    case 'terminationGracePeriodSeconds': return previous.terminationGracePeriodSeconds < 0 && next.terminationGracePeriodSeconds === 1 ? undefined : `never changes; ${mutable}`;
    case 'nodeName': return previous.nodeName === undefined ? undefined : `is ${previous.nodeName} and never changes once set: a Pod never moves`;
    default: return `never changes; ${mutable}`;
  }
}

function withoutImage({ image: _image, ...rest }: Container): Omit<Container, 'image'> {
  return rest;
}

function deadlineProblem(next: number | undefined, previous: number | undefined): string | undefined {
  if (previous === undefined || (next !== undefined && next <= previous)) return undefined;
  return `is ${next ?? 'not set'}; must be at most ${previous}, its value so far`;
}

function keepsAll(next: readonly Toleration[], previous: readonly Toleration[]): boolean {
  return previous.every((toleration) => next.some((other) => sameValue(other, toleration)));
}
