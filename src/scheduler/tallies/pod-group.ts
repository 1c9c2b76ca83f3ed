import type { LabelSelector, Pod } from '../../model/object.ts';
import { matchesLabelSelector } from '../../model/selector.ts';

/** Some Pods that are counted together. */
export interface PodGroup {
  /** The same for the same group. */
  readonly key: string;
  /** One of `placesOf` every Pod of the group, so that few groups are asked about each Pod. */
  readonly place: string;
  matches(pod: Pod): boolean;
}

/** A selector with what label keys of a Pod add to it. */
export interface KeyedSelector {
  readonly labelSelector?: LabelSelector | undefined;
  readonly matchLabelKeys?: readonly string[] | undefined;
  readonly mismatchLabelKeys?: readonly string[] | undefined;
}

/** Where every Pod is looked for that no better place is known for. */
const anywhere = 'any';

/** Under what a Pod can be found: the groups with one of these places may contain it. */
export function placesOf({ metadata: { namespace = '', labels, ownerReferences } }: Pod): readonly string[] {
  const places = [anywhere];
  for (const key in labels) places.push(labelPlace(namespace, key, labels[key]!));
  for (const owner of ownerReferences) if (owner.controller) places.push(ownerPlace(owner.uid));
  return places;
}

/** The Pods of one controller that are not going. */
export function podsOfController(uid: string): PodGroup {
  const isIts = (pod: Pod): boolean => pod.metadata.ownerReferences.some((owner) => owner.controller && owner.uid === uid);
  return { key: ownerPlace(uid), place: ownerPlace(uid), matches: (pod) => pod.metadata.deletionTimestamp === undefined && isIts(pod) };
}

/** The Pods of one namespace that a selector means and that are not going. */
export function livingPodsWith(namespace: string, selector: LabelSelector | undefined): PodGroup {
  return {
    key: JSON.stringify(['living', namespace, selector]), place: placeOf(namespace, selector),
    matches: (pod) => pod.metadata.namespace === namespace && pod.metadata.deletionTimestamp === undefined && matchesLabelSelector(selector, pod.metadata.labels),
  };
}

/** A selector that says itself what it took from the labels of a Pod. */
export function selectorFor({ labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] }: KeyedSelector, labels: Readonly<Record<string, string>>): LabelSelector | undefined {
  if (labelSelector === undefined || matchLabelKeys.length + mismatchLabelKeys.length === 0) return labelSelector;
  const added = (keys: readonly string[], operator: 'In' | 'NotIn') => keys.flatMap((key) => (labels[key] === undefined ? [] : [{ key, operator, values: [labels[key]] }]));
  return { ...labelSelector, matchExpressions: [...labelSelector.matchExpressions ?? [], ...added(matchLabelKeys, 'In'), ...added(mismatchLabelKeys, 'NotIn')] };
}

/** Where the Pods are found that a selector means in a namespace, or in several (undefined). */
export function placeOf(namespace: string | undefined, selector: LabelSelector | undefined): string {
  const [pair] = Object.entries(selector?.matchLabels ?? {});
  return namespace === undefined || !pair ? anywhere : labelPlace(namespace, ...pair);
}

function labelPlace(namespace: string, key: string, value: string): string {
  return `label ${namespace} ${key}=${value}`;
}

function ownerPlace(uid: string): string {
  return `owner ${uid}`;
}
